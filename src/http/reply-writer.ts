import type { ServerResponse } from 'node:http';
import type { Observer } from 'rxjs';
import { InternalError, ProxyError } from '../errors/index.js';
import type { FlowControl, ReplyPart } from './reply.js';
import type { RequestContext } from './request-context.js';

/** Tells its owner how writing went. */
export interface ReplyWriterOwner {
  /** A stream has begun, or a whole reply is written: what comes now is the writer's alone. */
  answered(): void;
  /** Nothing has been written yet: the error can still be a real HTTP error. */
  failed(error: unknown): void;
  /** Milliseconds of the owner's clock. */
  now(): number;
}

const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
  'x-accel-buffering': 'no',
};

/** Writes reply parts to the response: the late fork between JSON and server-sent events. */
export class ReplyWriter implements Observer<ReplyPart> {
  #flow: FlowControl | undefined;
  #isHeldBack = false;
  #isOver = false;

  constructor(
    private readonly response: ServerResponse,
    private readonly context: RequestContext,
    private readonly owner: ReplyWriterOwner,
  ) {}

  /** Whether a stream has begun. */
  get isStreaming(): boolean {
    return this.#flow !== undefined;
  }

  /** Whether nothing more is written: what is left is the client's to read, or an error. */
  get isOver(): boolean {
    return this.#isOver;
  }

  next(part: ReplyPart): void {
    if (this.#isOver) {
      return; // A part could not be written, and the reply has ended with that.
    }
    try {
      this.#write(part);
    } catch (error) {
      // Thrown into RxJS it would end the process: an odd header of a provider must not.
      this.error(error);
    }
  }

  #write(part: ReplyPart): void {
    if (part instanceof Uint8Array) {
      this.#writeBatch(part);
    } else if (part.kind === 'whole') {
      const length = { 'content-length': part.body.byteLength };
      this.response.writeHead(part.status, { ...part.headers, ...length });
      this.#begin(part.status);
      this.response.end(part.body);
    } else {
      this.response.writeHead(200, { ...part.headers, ...STREAM_HEADERS });
      this.#begin(200);
      this.#flow = part.flow;
      this.owner.answered();
    }
  }

  #begin(status: number): void {
    this.context.respondedAt = this.owner.now();
    this.context.status = status;
  }

  error(error: unknown): void {
    this.#isOver = true;
    if (this.#flow === undefined) {
      this.owner.failed(error);
      return;
    }
    const reported = error instanceof ProxyError ? error : new InternalError(error);
    this.context.error = reported;
    this.context.interrupted = true;
    this.response.end(`data: ${JSON.stringify(reported.toBody())}\n\n`);
  }

  complete(): void {
    this.#isOver = true;
    if (this.#flow === undefined) {
      this.owner.answered();
    } else {
      this.response.end();
    }
  }

  #writeBatch(batch: Uint8Array): void {
    const flow = this.#flow;
    if (this.response.write(batch) || flow === undefined || this.#isHeldBack) {
      return;
    }
    // What was already on its way still comes; it is written, and waits for the same drain.
    this.#isHeldBack = true;
    flow.pause();
    this.response.once('drain', () => {
      this.#isHeldBack = false;
      flow.resume();
    });
  }
}
