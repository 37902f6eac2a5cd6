import type { Verdict } from './client.ts';

/** What is left in the proxy when nobody asks it anything. */
export interface Remains {
  /** Lines of the metrics page that say that requests are running. */
  readonly gauges: readonly string[];
  /** MB. */
  readonly heap: number;
  /** Open files, sockets among them. */
  readonly sockets: number;
  /** Timers that somebody holds, set or not. */
  readonly timers: number;
}

/** What a soak has seen. */
export interface Observations {
  readonly verdicts: ReadonlyMap<Verdict, number>;
  /** What was seen of answers that were neither right nor an error. */
  readonly wrong: readonly string[];
  /** What the proxy wrote to its standard error. */
  readonly complaints: string;
  readonly before: Remains;
  readonly middle: Remains;
  readonly end: Remains;
}

/** How many of the answers that were waited for must be right: every provider fails now and then. */
const RIGHT_SHARE = 0.8;
/** How much larger the heap may be at the end than in the middle. */
const HEAP_GROWTH = 1.2;
/** Files that come and go by themselves: the connection that asks for the metrics, for one. */
const SPARE_SOCKETS = 2;
/** Timers that Node and undici hold for themselves, now and then. */
const SPARE_TIMERS = 10;
/** As many wrong answers are shown. */
const MOST_SHOWN = 10;

/** @returns what is wrong, a line each; none: all is well */
export function findingsOf(observations: Observations): readonly string[] {
  const { wrong, complaints, before, middle, end } = observations;
  return [
    ...answerFindings(observations.verdicts),
    ...wrong
      .slice(0, MOST_SHOWN)
      .map((seen) => `an answer that is neither right nor an error: ${seen}`),
    ...end.gauges.map((line) => `a gauge is off zero: ${line}`),
    ...(end.sockets > before.sockets + SPARE_SOCKETS
      ? [`${end.sockets} sockets are left open`]
      : []),
    ...(end.timers > before.timers + SPARE_TIMERS ? [`${end.timers} timers are left`] : []),
    ...(end.heap > middle.heap * HEAP_GROWTH
      ? [`the heap has grown from ${middle.heap} to ${end.heap} MB`]
      : []),
    // Too many listeners, promises that nobody caught: with its log silent it has nothing to say.
    ...(complaints === '' ? [] : [`the proxy complained: ${complaints.trim()}`]),
  ];
}

function answerFindings(verdicts: ReadonlyMap<Verdict, number>): readonly string[] {
  const right = verdicts.get('right') ?? 0;
  const awaited = right + (verdicts.get('error') ?? 0) + (verdicts.get('wrong') ?? 0);
  if (awaited === 0) {
    return ['nothing was answered'];
  }
  const needed = Math.ceil(RIGHT_SHARE * awaited);
  return right < needed ? [`only ${right} of ${awaited} answers are right, not ${needed}`] : [];
}
