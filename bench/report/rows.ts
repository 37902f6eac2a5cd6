import type { ContenderName } from '../contenders/contender.ts';
import type { Figure } from '../scenarios/sample.ts';

/** One line of the table. */
export interface Row {
  readonly scenario: string;
  readonly figure: Figure;
  readonly label: string;
  /** What one unit of the figure is in the table. */
  readonly unit: number;
  readonly digits: number;
  /** Whose value of the same round is taken off first. */
  readonly over?: ContenderName;
  /** What the finished proxy is to reach. */
  readonly target?: string;
}

const KILOBYTE = 1024;
const MEGABYTE = 1024 * 1024;

/** The table, in order. */
export const ROWS: readonly Row[] = [
  row('json-1', 'requestsPerSecond', 'requests/s'),
  row('json-1', 'cpuPerRequest', 'CPU per request, µs'),
  row('json-1', 'latencyMedian', 'added latency p50, ms', { digits: 2, over: 'direct' }),
  row('json-1', 'latency99', 'added latency p99, ms', { digits: 2, over: 'direct' }),
  row('json-rate', 'cpuPerRequest', 'CPU per request, µs'),
  row('json-rate', 'latencyMedian', 'added latency p50, ms', { digits: 2, over: 'direct' }),
  row('json-rate', 'latency99', 'added latency p99, ms', { digits: 2, over: 'direct' }),
  row('json-32', 'requestsPerSecond', 'requests/s'),
  row('json-32', 'cpuPerRequest', 'CPU per request, µs', { target: '≤ 2 ×' }),
  row('streams', 'eventsPerSecond', 'chunks/s'),
  row('streams', 'cpuPerEvent', 'CPU per chunk, µs', { digits: 1, target: '≤ 1.4 ×' }),
  row('paced', 'cpuPerEvent', 'CPU per chunk, µs', { digits: 1 }),
  row('paced', 'firstByteMedian', 'added time to first byte p50, ms', {
    digits: 2,
    over: 'direct',
  }),
  row('100-kb', 'cpuPerRequest', 'CPU per request, µs'),
  row('5-mb', 'cpuPerRequest', 'CPU per request, ms', { unit: 1000, digits: 2, target: '≤ 2 ×' }),
  row('slow', 'complete', 'complete, %', { target: '100' }),
  row('slow', 'longestGap', 'longest gap, ms'),
  row('slow', 'memoryPerStream', 'memory per stream, KB', { unit: KILOBYTE, target: '≤ 60' }),
  row('start', 'startTime', 'start to first answer, ms', { target: '≤ 400' }),
  row('start', 'memoryIdle', 'memory idle, MB', { unit: MEGABYTE, target: '≤ 90' }),
  row('end', 'memoryLoaded', 'memory after all rounds, MB', { unit: MEGABYTE }),
];

function row(
  scenario: string,
  figure: Figure,
  label: string,
  more: Partial<Pick<Row, 'unit' | 'digits' | 'over' | 'target'>> = {},
): Row {
  return { scenario, figure, label, unit: 1, digits: 0, ...more };
}
