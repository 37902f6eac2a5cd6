import type { MetricSample, MetricSnapshot, MetricSnapshots } from './metric-snapshot.js';

/** What only ever grows while a process lives, and so must not shrink when one ends. */
const GROWING: ReadonlySet<string> = new Set(['counter', 'histogram']);

/**
 * Adds what an ended process has counted to what earlier ones had. What a gauge showed ended with
 * its process.
 *
 * @returns counters and histograms; no longer for it than the labels that there were are many
 */
export function foldCounts(kept: MetricSnapshots, ended: MetricSnapshots): MetricSnapshots {
  const byName = new Map(kept.map((metric) => [metric.name, metric]));
  for (const metric of ended) {
    if (GROWING.has(metric.type)) {
      const before = byName.get(metric.name);
      byName.set(metric.name, before === undefined ? metric : sumOf(before, metric));
    }
  }
  return [...byName.values()];
}

function sumOf(left: MetricSnapshot, right: MetricSnapshot): MetricSnapshot {
  const samples = new Map<string, MetricSample>();
  for (const sample of [...left.values, ...right.values]) {
    const key = keyOf(sample);
    const value = (samples.get(key)?.value ?? 0) + sample.value;
    samples.set(key, { ...sample, value });
  }
  return { ...left, values: [...samples.values()] };
}

function keyOf({ metricName = '', labels }: MetricSample): string {
  const sorted = Object.entries(labels).sort(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify([metricName, sorted]);
}
