import type { OutgoingHttpHeaders } from 'node:http';
import type { ProxyError } from '../../errors/index.js';
import type { TokenUsage, WholeReply } from '../../http/index.js';
import type { AttemptOutcome, UpstreamCall } from '../../providers/index.js';
import type { StreamChanges } from '../reply/stream-translator.js';
import type { Interruption } from './attempt-observer.js';

/** What an attempt needs to know of its request. */
export interface AttemptPlan {
  readonly call: UpstreamCall;
  /** Whether the client asked for a stream. */
  readonly streamed: boolean;
  readonly changes: StreamChanges;
  /** Clock time at which the request's first attempt began: all share its total deadline, ms. */
  readonly requestStartedAt: number;
}

/** Receives what an attempt brings. */
export interface AttemptSink {
  /** The first content is there: the stream is worth committing to. */
  opened(headers: OutgoingHttpHeaders): void;
  /** Whole events, ready to be written. */
  batch(bytes: Uint8Array): void;
  /** A whole answer. */
  whole(reply: WholeReply): void;
  /** The last call, made once: the attempt is over, whichever way it went. */
  ended(result: AttemptResult): void;
}

export interface AttemptResult {
  readonly outcome: AttemptOutcome;
  /** How a stream broke after it had begun. */
  readonly interruption: Interruption | undefined;
  /** What to tell the client when nobody else answers: an error, or the provider's own refusal. */
  readonly failure: ProxyError | WholeReply | undefined;
  /** The error event with which the provider itself ended a stream that had begun. */
  readonly errorEvent: Uint8Array | undefined;
  /** What that event says, classified as if it had come in place of the answer. */
  readonly errorSays: AttemptOutcome | undefined;
  /** How long the provider asked not to be asked again, ms. */
  readonly requestedWait: number | undefined;
  /** What broke, for the log. */
  readonly cause: unknown;
  /** The status of the provider's answer; undefined when none came. */
  readonly status: number | undefined;
  readonly usage: TokenUsage | undefined;
  /** The provider's own name of the model that answered, as JSON, where that is noted. */
  readonly answeredModel: string | undefined;
  readonly malformedEvents: number;
  /** Clock time of the first content or of the whole answer, ms. */
  readonly answeredAt: number | undefined;
}

/** Why an attempt is given up: its client left, the proxy shuts down, or another one answered. */
export type CancelReason = 'client_closed' | 'shutdown' | 'superseded';
