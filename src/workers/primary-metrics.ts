import { readdirSync } from 'node:fs';
import type { MetricSnapshot, MetricSnapshots } from './metric-snapshot.js';

/** What the process that started the workers adds to what they have counted. */
export interface PrimaryFacts {
  /** How many workers serve now. */
  readonly serving: number;
  /** How many have been replaced. */
  readonly restarts: number;
}

/** @returns its own part of the metrics, the cost of its own process included */
export function primaryMetrics({ serving, restarts }: PrimaryFacts): MetricSnapshots {
  const { user, system } = process.cpuUsage();
  const startTime = Math.round(performance.timeOrigin / 1000);
  return [
    metric('llm_proxy_workers', 'gauge', 'sum', serving, 'Workers that serve now'),
    metric(
      'llm_proxy_worker_restarts_total',
      'counter',
      'sum',
      restarts,
      'Workers that ended by themselves and were replaced',
    ),
    metric('process_cpu_user_seconds_total', 'counter', 'sum', user / 1e6),
    metric('process_cpu_system_seconds_total', 'counter', 'sum', system / 1e6),
    metric('process_cpu_seconds_total', 'counter', 'sum', (user + system) / 1e6),
    metric('process_resident_memory_bytes', 'gauge', 'sum', process.memoryUsage.rss()),
    ...openFiles(),
    metric('process_start_time_seconds', 'gauge', 'min', startTime),
  ];
}

/** Only where workers have it, too: where the system lists them (Linux). */
function openFiles(): MetricSnapshots {
  if (process.platform !== 'linux') {
    return [];
  }
  // One of them is the list itself.
  const open = readdirSync('/proc/self/fd').length - 1;
  return [metric('process_open_fds', 'gauge', 'sum', open)];
}

/** @param help - empty where a worker has the metric, too, and explains it */
function metric(
  name: string,
  type: string,
  aggregator: string,
  value: number,
  help = '',
): MetricSnapshot {
  return { name, help, type, aggregator, values: [{ labels: {}, value }] };
}
