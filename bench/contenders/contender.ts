import type { Observer } from './observer.ts';

/** What this proxy's figures are ratios to. */
export const BASE = 'pass-through';
/** What the benchmark is for. */
export const SUBJECT = 'llm-proxy';
/** No proxy at all. */
export const DIRECT = 'direct';
/** This proxy again, on any core: as one process, and as two that share its port. */
export const ONE_WORKER = 'one worker';
export const TWO_WORKERS = 'two workers';

/** Two contenders, whose figures of a round are divided. */
export interface Pair {
  readonly subject: string;
  readonly base: string;
}

/** What nearly every ratio is one of. */
export const PROXIES: Pair = { subject: SUBJECT, base: BASE };
/** What several workers cost, and bring. */
export const WORKERS: Pair = { subject: TWO_WORKERS, base: ONE_WORKER };

/** A server of the benchmark that answers. */
export interface RunningServer {
  readonly name: string;
  /** What `/v1/chat/completions` is put behind. */
  readonly url: string;
  /** What its clients send, a key for one. */
  readonly headers: Readonly<Record<string, string>>;
  /** The process, or its parent; undefined: not known, and so are CPU and memory. */
  readonly pid: number | undefined;
  /** From the start of the process to the end of its first answer, ms; 0: not started here. */
  readonly startTime: number;
  /** Looks at it from the inside; undefined: nobody can. */
  readonly observer: Observer | undefined;
  readonly stop: () => Promise<void>;
}

export interface StartOptions {
  /** Whether a Node process is to be looked at from the inside; its start is then a bit slower. */
  readonly observed: boolean;
}

/** Something that stands between the load generator and the upstream, or nothing at all. */
export interface Contender {
  readonly name: string;
  /**
   * Whether the benchmark starts it, once or again. One that it does not start runs already, and
   * what it cannot do ends no run.
   */
  readonly startedHere: boolean;
  /** How many times as long as others it is driven until it is warm; once unless given. */
  readonly warmUps?: number;
  start(options: StartOptions): Promise<RunningServer>;
}
