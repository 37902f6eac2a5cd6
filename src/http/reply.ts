import type { OutgoingHttpHeaders } from 'node:http';

/** A whole answer: one JSON body, or any other body a provider sent along with its refusal. */
export interface WholeReply {
  readonly kind: 'whole';
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Uint8Array;
  /** The code of the error that it is, for the log; undefined for an answer. */
  readonly code?: string;
}

/** Lets the receiver of a stream hold back its source: RxJS itself has no backpressure. */
export interface FlowControl {
  pause(): void;
  resume(): void;
}

/** The head of a stream. Everything after it is bytes. */
export interface StreamOpening {
  readonly kind: 'stream';
  readonly headers: OutgoingHttpHeaders;
  readonly flow: FlowControl;
}

/**
 * What a replying controller's Observable carries: either one whole reply, or an opening and then
 * batches of whole server-sent events, one batch per network read. An error before the opening is
 * an HTTP error; one after it becomes the stream's error event.
 */
export type ReplyPart = WholeReply | StreamOpening | Uint8Array;
