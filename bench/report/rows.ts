import { BASE, DIRECT, PROXIES, type Pair, WORKERS } from '../contenders/contender.ts';
import type { Figure } from '../scenarios/sample.ts';

/** What this proxy is to reach. */
export interface Target {
  /** Whether it is the figure itself that counts, or the row's ratio. */
  readonly of: 'figure' | 'ratio';
  readonly sense: '≤' | '≥';
  /** In the units of the table. */
  readonly bound: number;
}

/** One line of a table. */
export interface Row {
  readonly scenario: string;
  readonly figure: Figure;
  readonly label: string;
  /** What one unit of the figure is in the table. */
  readonly unit: number;
  readonly digits: number;
  /** Whose figures make its ratio; each pair has a table of its own. */
  readonly pair: Pair;
  /** Whose value of the same round is taken off first. */
  readonly over?: typeof DIRECT | typeof BASE;
  readonly target?: Target;
}

const KILOBYTE = 1024;
const MEGABYTE = 1024 * 1024;

const ADDED = { digits: 2, over: DIRECT } as const;

/** The tables, in order. */
export const ROWS: readonly Row[] = [
  row('json-1', 'requestsPerSecond', 'requests/s'),
  row('json-1', 'cpuPerRequest', 'CPU per request, µs'),
  row('json-1', 'latencyMedian', 'added latency p50, ms', { ...ADDED, target: atMost(0.6) }),
  row('json-1', 'latency99', 'added latency p99, ms', ADDED),
  row('json-1', 'latency999', 'added latency p99.9, ms', ADDED),
  row('json-rate', 'cpuPerRequest', 'CPU per request, µs'),
  row('json-rate', 'latencyMedian', 'added latency p50, ms', ADDED),
  row('json-rate', 'latency99', 'added latency p99, ms', { ...ADDED, target: atMostTimes(2) }),
  row('json-rate', 'latency999', 'added latency p99.9, ms', ADDED),
  row('json-32', 'requestsPerSecond', 'requests/s'),
  row('json-32', 'cpuPerRequest', 'CPU per request, µs', { target: atMostTimes(1.8) }),
  row('json-32', 'latency99', 'added latency p99, ms', ADDED),
  row('json-32', 'latency999', 'added latency p99.9, ms', ADDED),
  row('json-32', 'eventLoopLag', 'event-loop lag p99, ms', { digits: 2 }),
  row('json-128', 'requestsPerSecond', 'requests/s'),
  row('json-128', 'cpuPerRequest', 'CPU per request, µs'),
  row('json-128', 'latency99', 'added latency p99, ms', ADDED),
  row('json-128', 'latency999', 'added latency p99.9, ms', ADDED),
  row('streams', 'eventsPerSecond', 'chunks/s'),
  row('streams', 'cpuPerEvent', 'CPU per chunk, µs', { digits: 1, target: atMostTimes(1.3) }),
  row('streams', 'eventLoopLag', 'event-loop lag p99, ms', { digits: 2 }),
  row('paced', 'cpuPerEvent', 'CPU per chunk, µs', { digits: 1, target: atMostTimes(1.2) }),
  row('paced', 'firstByteMedian', 'added time to first token p50, ms', ADDED),
  row('paced', 'firstByteMedian', `the same over ${BASE}, ms`, {
    digits: 2,
    over: BASE,
    target: atMost(1),
  }),
  row('100-kb', 'cpuPerRequest', 'CPU per request, µs'),
  row('5-mb', 'cpuPerRequest', 'CPU per request, ms', {
    unit: 1000,
    digits: 2,
    target: atMostTimes(1.5),
  }),
  row('mixed', 'cpuPerRequest', 'CPU per request of any kind, µs'),
  row('mixed', 'latencyMedian', 'added latency p50 of JSON, ms', ADDED),
  row('mixed', 'latency99', 'added latency p99 of JSON, ms', ADDED),
  row('5-mb-8', 'memoryPerBody', 'peak memory, × the bodies in flight', {
    digits: 1,
    target: atMost(3),
  }),
  row('slow', 'complete', 'complete, %', { target: atLeast(100) }),
  row('slow', 'gapMedian', 'gap p50, ms', { digits: 1 }),
  row('slow', 'gap99', 'gap p99, ms', { digits: 1 }),
  row('slow', 'gapHighest', 'longest gap, ms'),
  row('slow', 'memoryPerConnection', 'memory per stream, KB', { unit: KILOBYTE }),
  row('slow-5000', 'complete', 'complete, %', { target: atLeast(100) }),
  row('slow-5000', 'gapMedian', 'gap p50, ms', { digits: 1 }),
  row('slow-5000', 'gap99', 'gap p99, ms', { digits: 1, target: atMostTimes(1.3) }),
  row('slow-5000', 'gapHighest', 'longest gap, ms'),
  row('slow-5000', 'memoryPerConnection', 'memory per stream, KB', {
    unit: KILOBYTE,
    target: atMost(60),
  }),
  row('aborts', 'requestsPerSecond', 'streams left, a second'),
  row('aborts', 'cpuPerRequest', 'CPU per stream, µs'),
  row('aborts', 'memoryLoaded', 'memory afterwards, MB', { unit: MEGABYTE }),
  row('aborts', 'memoryKept', 'memory it kept, MB', { unit: MEGABYTE, digits: 1 }),
  row('aborts', 'heapKept', 'heap it kept, MB', { unit: MEGABYTE, digits: 1 }),
  row('start', 'startTime', 'start to first answer, ms', { target: atMost(350) }),
  row('start', 'memoryIdle', 'memory idle, MB', { unit: MEGABYTE, target: atMost(85) }),
  row('end', 'memoryLoaded', 'memory after all rounds, MB', { unit: MEGABYTE }),
  row('workers', 'requestsPerSecond', 'requests/s', { pair: WORKERS }),
  row('workers', 'cpuPerRequest', 'CPU per request, µs', {
    pair: WORKERS,
    target: atMostTimes(1.1),
  }),
  row('workers', 'memoryLoaded', 'memory afterwards, MB', { pair: WORKERS, unit: MEGABYTE }),
];

function row(
  scenario: string,
  figure: Figure,
  label: string,
  more: Partial<Omit<Row, 'scenario' | 'figure' | 'label'>> = {},
): Row {
  return { scenario, figure, label, unit: 1, digits: 0, pair: PROXIES, ...more };
}

function atMost(bound: number): Target {
  return { of: 'figure', sense: '≤', bound };
}

function atMostTimes(bound: number): Target {
  return { of: 'ratio', sense: '≤', bound };
}

function atLeast(bound: number): Target {
  return { of: 'figure', sense: '≥', bound };
}
