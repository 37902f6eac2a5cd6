import { JSON_ANSWER } from '../traffic/answer-plan.ts';
import type { Traffic } from '../traffic/traffic.ts';
import type { Scenario } from './scenario.ts';

const KILOBYTE = 1024;
const MEGABYTE = 1024 * KILOBYTE;
/** A client that reads what a model writes. */
const STREAM = { events: 64, interval: 10 };

/** How long a run takes. */
export interface Length {
  readonly rounds: number;
  /** Of each traffic, ms. */
  readonly duration: number;
  /** In how many rounds what needs a process of its own is measured. */
  readonly holdRounds: number;
  /** Chunks of each slow stream. */
  readonly slowEvents: number;
  /** For how long clients leave, ms. */
  readonly abortDuration: number;
}

/** For a table. */
export const FULL: Length = {
  rounds: 5,
  duration: 1200,
  holdRounds: 2,
  slowEvents: 30,
  abortDuration: 10_000,
};

/** For a look at a change. */
export const QUICK: Length = {
  rounds: 2,
  duration: 600,
  holdRounds: 1,
  slowEvents: 10,
  abortDuration: 3000,
};

/** For a comparison: as many rounds as show how much they scatter, each a short one. */
export const CHECK: Length = { ...QUICK, rounds: 7 };

/** All there is to measure. */
export function scenarios(length: Length): readonly Scenario[] {
  return [...warmScenarios(length), ...freshScenarios(length)];
}

/** What processes do that are warm. */
function warmScenarios({ rounds, duration }: Length): readonly Scenario[] {
  const warm = (
    name: string,
    title: string,
    traffic: Partial<Traffic>,
    more: Partial<Scenario> = {},
  ): Scenario => ({
    name,
    title,
    kind: 'traffic',
    withDirect: false,
    traffic: trafficOf({ duration, ...traffic }),
    besides: [],
    watchesEventLoop: false,
    rounds,
    ...more,
  });
  const open = { connections: 64, duration: 3 * duration };

  return [
    warm('json-1', 'JSON, 1 connection', {}, { withDirect: true }),
    warm(
      'json-rate',
      'JSON, 200 requests/s, open loop',
      { rate: 200, ...open },
      { withDirect: true },
    ),
    warm(
      'json-32',
      'JSON, 32 connections',
      { connections: 32 },
      { withDirect: true, watchesEventLoop: true },
    ),
    warm('json-128', 'JSON, 128 connections', { connections: 128 }, { withDirect: true }),
    warm(
      'streams',
      'Streams flat out, 16 × 64 chunks of 270 bytes',
      { connections: 16, answer: { events: 64, interval: 0 } },
      { watchesEventLoop: true },
    ),
    warm(
      'paced',
      'Streams with a chunk every 10 ms, 64 at once',
      { connections: 64, rampUp: 100, answer: STREAM },
      { withDirect: true },
    ),
    warm('100-kb', 'Requests of 100 KB, 1 connection', {
      size: 100 * KILOBYTE,
      duration: duration / 2,
    }),
    warm('5-mb', 'Requests of 5 MB, 1 connection', { size: 5 * MEGABYTE }),
    warm(
      'mixed',
      'A second of 100 JSON requests, 20 streams, 20 requests of 100 KB',
      { rate: 100, ...open },
      {
        withDirect: true,
        besides: [
          trafficOf({ rate: 20, ...open, answer: STREAM }),
          trafficOf({ rate: 20, ...open, size: 100 * KILOBYTE }),
        ],
      },
    ),
    warm(
      'workers',
      'JSON, 32 connections, two workers against one',
      { connections: 32 },
      { kind: 'workers' },
    ),
  ];
}

/** What processes do that were just started, and their start. */
function freshScenarios(length: Length): readonly Scenario[] {
  const { rounds, holdRounds, duration, slowEvents, abortDuration } = length;
  const fresh = (
    name: string,
    title: string,
    traffic: Partial<Traffic>,
    more: Partial<Scenario> = {},
  ): Scenario => ({
    name,
    title,
    kind: 'hold',
    withDirect: false,
    traffic: trafficOf(traffic),
    besides: [],
    watchesEventLoop: false,
    rounds: holdRounds,
    ...more,
  });
  const bodies = { connections: 8, duration };

  return [
    fresh(
      '5-mb-8',
      'Requests of 5 MB, 8 connections',
      { ...bodies, size: 5 * MEGABYTE },
      { familiar: trafficOf(bodies) },
    ),
    fresh('slow', `1,000 slow streams, ${slowEvents} chunks, one every 200 ms`, {
      connections: 1000,
      rampUp: 1000,
      answer: { events: slowEvents, interval: 200 },
    }),
    fresh('slow-5000', `5,000 slow streams, ${slowEvents / 2} chunks, one every 500 ms`, {
      connections: 5000,
      rampUp: 5000,
      answer: { events: slowEvents / 2, interval: 500 },
    }),
    fresh(
      'aborts',
      `Streams whose clients leave after 8 of 64 chunks, 50 at once, for ${abortDuration / 1000} s`,
      {
        connections: 50,
        duration: abortDuration,
        answer: { events: 64, interval: 2 },
        leaveAfter: 8,
      },
      { kind: 'aborts' },
    ),
    fresh('start', 'Process', {}, { kind: 'start', rounds }),
  ];
}

function trafficOf(more: Partial<Traffic>): Traffic {
  return {
    answer: JSON_ANSWER,
    size: 0,
    rate: 0,
    connections: 1,
    duration: 0,
    rampUp: 0,
    leaveAfter: 0,
    ...more,
  };
}
