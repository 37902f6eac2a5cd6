/** One metric with its values, as prom-client's `getMetricsAsJSON` gives it. */
export interface MetricSnapshot {
  readonly name: string;
  readonly help: string;
  /** `counter`, `gauge`, `histogram` or `summary`, as a word. */
  readonly type: string;
  /** How the values of several processes become one. */
  readonly aggregator: string;
  readonly values: readonly MetricSample[];
}

export interface MetricSample {
  /** Where it is not the metric's own, as with the parts of a histogram. */
  readonly metricName?: string | undefined;
  readonly labels: Readonly<Record<string, string | number | undefined>>;
  readonly value: number;
}

/** All metrics of one process. */
export type MetricSnapshots = readonly MetricSnapshot[];
