import { register } from 'prom-client';
import type { MetricSnapshots } from '../workers/index.js';

/** Of how slow each event loop is, the slowest counts: a mean would hide it. */
const EVENT_LOOP_LAG = /^nodejs_eventloop_lag_(?!min_)/;

/** @returns what this process has counted, in a form that can be sent to another one */
export async function metricSnapshots(): Promise<MetricSnapshots> {
  const metrics = await register.getMetricsAsJSON();
  return metrics.map(({ name, help, type, aggregator, values }) => ({
    name,
    help,
    type: String(type),
    aggregator: aggregatorOf(name, aggregator),
    values: values.map((value) => ({ ...value })),
  }));
}

function aggregatorOf(name: string, usual: string): string {
  if (EVENT_LOOP_LAG.test(name)) {
    return 'max';
  }
  // prom-client leaves it out; the proxy has been running since the first of its processes began.
  return name === 'process_start_time_seconds' ? 'min' : usual;
}
