import type { ServerResponse } from 'node:http';
import type { Observer } from 'rxjs';
import { InternalError, ProxyError } from '../errors/index.js';
import type { FlowControl, ReplyPart } from './reply.js';
import type { RequestContext } from './request-context.js';

/** Tells its owner how writing went. */
export interface ReplyWriterOwner {
  /** The reply is written, or its stream was ended with an error event. */
  done(): void;
  /** Nothing has been written yet: the error can still be a real HTTP error. */
  failed(error: unknown): void;
  /** Milliseconds of the owner's clock. */
  now(): number;
}

/** Writes reply parts to the response: the late fork between JSON and server-sent events. */
export class ReplyWriter implements Observer<ReplyPart> {
  #flow: FlowControl | undefined;
  #isHeldBack = false;

  constructor(
    private readonly response: ServerResponse,
    private readonly context: RequestContext,
    private readonly owner: ReplyWriterOwner,
  ) {}

  next(part: ReplyPart): void {
    if (part instanceof Uint8Array) {
      this.#writeBatch(part);
      return;
    }
    this.context.respondedAt = this.owner.now();
    this.context.status = part.kind === 'whole' ? part.status : 200;
    if (part.kind === 'whole') {
      this.response.writeHead(part.status, {
        ...part.headers,
        'content-length': part.body.byteLength,
      });
      this.response.end(part.body);
      return;
    }
    this.#flow = part.flow;
    this.response.writeHead(200, {
      ...part.headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    });
  }

  error(error: unknown): void {
    if (this.#flow === undefined) {
      this.owner.failed(error);
      return;
    }
    const reported = error instanceof ProxyError ? error : new InternalError(error);
    this.context.error = reported;
    this.context.interrupted = true;
    this.response.end(`data: ${JSON.stringify(reported.toBody())}\n\n`);
    this.owner.done();
  }

  complete(): void {
    if (this.#flow !== undefined) {
      this.response.end();
    }
    this.owner.done();
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
