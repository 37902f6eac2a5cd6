import type { ContenderName } from '../contenders/contender.ts';
import { JSON_ANSWER } from '../traffic/answer-plan.ts';
import type { Traffic } from '../traffic/traffic.ts';

/** One thing that is measured, in every round, of every contender it names. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly contenders: readonly ContenderName[];
  /**
   * - `traffic`: on processes that run through all rounds and are warm
   * - `start`: how a process starts; no traffic
   * - `hold`: traffic on a process that was just started, whose memory is watched
   */
  readonly kind: 'traffic' | 'start' | 'hold';
  readonly traffic: Traffic;
  /** In how many rounds at most it is measured. */
  readonly rounds: number;
}

const WITHOUT_DIRECT: readonly ContenderName[] = ['pass-through', 'llm-proxy'];
const ALL: readonly ContenderName[] = ['direct', ...WITHOUT_DIRECT];

const MEGABYTE = 1024 * 1024;

/** @param quick - short, for a look at a change rather than for a table */
export function scenarios(quick: boolean): readonly Scenario[] {
  const rounds = quick ? 2 : 5;
  const duration = quick ? 600 : 1200;
  const slowEvents = quick ? 10 : 30;
  const traffic = (more: Partial<Traffic>): Traffic => ({
    answer: JSON_ANSWER,
    size: 0,
    rate: 0,
    connections: 1,
    duration,
    rampUp: 0,
    ...more,
  });
  const warm = (
    name: string,
    title: string,
    more: Partial<Traffic>,
    contenders = WITHOUT_DIRECT,
  ): Scenario => ({ name, title, contenders, kind: 'traffic', traffic: traffic(more), rounds });

  return [
    warm('json-1', 'JSON, 1 connection', {}, ALL),
    warm('json-rate', 'JSON, 500 requests/s, open loop', { rate: 500, connections: 64 }, ALL),
    warm('json-32', 'JSON, 32 connections', { connections: 32 }, ALL),
    warm('streams', 'Streams flat out, 16 × 64 chunks of 270 bytes', {
      connections: 16,
      answer: { events: 64, interval: 0 },
    }),
    warm(
      'paced',
      'Streams with a chunk every 10 ms, 64 at once',
      {
        connections: 64,
        rampUp: 100,
        answer: { events: 64, interval: 10 },
      },
      ALL,
    ),
    warm('100-kb', 'Requests of 100 KB, 1 connection', {
      size: 100 * 1024,
      duration: duration / 2,
    }),
    warm('5-mb', 'Requests of 5 MB, 1 connection', { size: 5 * MEGABYTE }),
    {
      name: 'slow',
      title: `1,000 slow streams, ${slowEvents} chunks, one every 200 ms`,
      contenders: WITHOUT_DIRECT,
      kind: 'hold',
      rounds: quick ? 1 : 2,
      traffic: traffic({
        connections: 1000,
        duration: 0,
        rampUp: 1000,
        answer: { events: slowEvents, interval: 200 },
      }),
    },
    {
      name: 'start',
      title: 'Process',
      contenders: WITHOUT_DIRECT,
      kind: 'start',
      rounds,
      traffic: traffic({}),
    },
  ];
}
