import type { OutgoingHttpHeaders } from 'node:http';
import type { ProxyError } from '../../errors/index.js';
import type { TokenUsage, WholeReply } from '../../http/index.js';
import type { AttemptOutcome } from '../../providers/index.js';
import type { Interruption } from './attempt-observer.js';

/** Reads one kind of answer. */
export interface AnswerReceiver {
  /** What was learnt of the usage so far. */
  readonly usage: TokenUsage | undefined;
  readonly malformedEvents: number;
  /** The provider's own name of the model, as JSON, where that is to be noted. */
  readonly model: string | undefined;
  push(chunk: Uint8Array): void;
  /** The provider has sent all. */
  end(): void;
  /** The rest will not come: what arrived before is still handed on, if it is of use. */
  flush(): void;
  /** The attempt is over: nothing is handed on any more. */
  stop(): void;
}

/** Where a receiver takes what it has read. */
export interface AnswerOutlet {
  /** A stream has its first content: it is worth committing to. */
  opened(headers: OutgoingHttpHeaders): void;
  /** Whole events, ready to be written. */
  batch(bytes: Uint8Array): void;
  /** More of the answer has come. */
  progressed(): void;
  /** A whole answer. */
  whole(reply: WholeReply): void;
  /** The answer is complete. */
  finished(): void;
  /** The provider ended a stream that had begun with an error event of its own. */
  gaveUp(errorEvent: Uint8Array, says: AttemptOutcome): void;
  /** There is no answer, but the provider's own refusal, or an error in its place. */
  refused(outcome: AttemptOutcome, refusal: WholeReply | ProxyError, cause: string): void;
  /** What comes is no answer, or not all of one. */
  broken(error: ProxyError, interruption: Interruption, cause?: unknown): void;
}
