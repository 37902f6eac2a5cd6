import type { AttemptOutcome } from '../../providers/index.js';

/** How a stream broke after it had begun. */
export type Interruption =
  /** The connection to the provider was lost. */
  | 'connection_lost'
  /** The provider closed the stream without having finished. */
  | 'incomplete'
  /** The idle or the total deadline passed. */
  | 'timeout'
  /** The provider sent an error event. */
  | 'error_event'
  /** The provider sent something that is no event stream. */
  | 'invalid_answer'
  /** The proxy had to shut down. */
  | 'shutdown';

/** Why a provider was asked. */
export type AttemptReason =
  /** It was its turn. */
  | 'first'
  /** An attempt before it failed. */
  | 'retry'
  /** Another model stands in for the one that was asked for. */
  | 'fallback'
  /** Another provider was slow. */
  | 'hedge'
  /** A stream broke and is to be taken up again. */
  | 'recovery';

/** What is known of an attempt when it is over. */
export interface AttemptReport {
  readonly requestId: string;
  readonly provider: string;
  /** The model the client asked for. */
  readonly requestedModel: string;
  /** The model that this attempt asked for, as clients call it. */
  readonly model: string;
  readonly reason: AttemptReason;
  readonly outcome: AttemptOutcome;
  readonly interruption: Interruption | undefined;
  /** Time until the first content of a stream or the whole of any other answer, ms. */
  readonly latency: number | undefined;
  /** Events that were dropped because they were not JSON. */
  readonly malformedEvents: number;
  /** What broke, for the log; never for a client. */
  readonly cause: unknown;
}

/** Told of every attempt at a provider, once, when it is over. */
export interface AttemptObserver {
  attemptEnded(report: AttemptReport): void;
}

/** Token of the list of observers, see app.module.ts. */
export const ATTEMPT_OBSERVERS = Symbol('attempt observers');
