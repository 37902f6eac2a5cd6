import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Injectable } from '@nestjs/common';
import type { ProxyError } from '../errors/index.js';
import type { RequestContext } from './request-context.js';

/** A request that is running, and where its answer goes. */
export interface RunningRequest {
  readonly context: RequestContext;
  readonly response: ServerResponse;
}

/** The requests that are running now. */
@Injectable()
export class ActiveRequests {
  /** In no order. It is no Map, and the reason is in docs/decisions/0021-young-requests-die-young.md. */
  readonly #running: RunningRequest[] = [];
  readonly #waiting: (() => void)[] = [];
  /** For each who waits for some of them: those that are left. */
  readonly #awaited = new Map<() => void, Set<RequestContext>>();

  get count(): number {
    return this.#running.length;
  }

  add(context: RequestContext, response: ServerResponse): void {
    context.place = this.#running.push({ context, response }) - 1;
  }

  remove(context: RequestContext): void {
    this.#takeOut(context);
    for (const [resolve, left] of this.#awaited) {
      left.delete(context);
      if (left.size === 0) {
        this.#awaited.delete(resolve);
        resolve();
      }
    }
    if (this.#running.length === 0) {
      for (const resolve of this.#waiting.splice(0)) {
        resolve();
      }
    }
  }

  /** @returns a promise that resolves as soon as nothing runs */
  whenIdle(): Promise<void> {
    return this.#running.length === 0
      ? Promise.resolve()
      : new Promise((resolve) => {
          this.#waiting.push(resolve);
        });
  }

  /** @returns a promise that resolves when all that run now have ended, whatever has begun since */
  whenEnded(): Promise<void> {
    return this.#running.length === 0
      ? Promise.resolve()
      : new Promise((resolve) => {
          this.#awaited.set(resolve, new Set(this.#running.map(({ context }) => context)));
        });
  }

  /** @returns whether a running request's answer has begun to go out on that connection */
  hasBegunAnswerOn(socket: Socket): boolean {
    return this.#running.some(
      ({ response }) => response.headersSent && response.req.socket === socket,
    );
  }

  /** @returns the request whose upload is under way on that connection */
  uploadOn(socket: Socket): RunningRequest | undefined {
    return this.#running.find(
      ({ response: { req: request, headersSent } }) =>
        request.socket === socket && !request.complete && !headersSent,
    );
  }

  /** Has connections close behind the answers that have not begun yet. */
  closeConnectionsBehind(): void {
    for (const { response } of this.#running) {
      response.shouldKeepAlive = false;
    }
  }

  /** Ends whatever still runs; a stream gets `error` as its last event. */
  interruptAll(error: ProxyError): void {
    for (const { context } of [...this.#running]) {
      context.interrupt(error);
    }
  }

  /** The last takes the place of the one that goes. */
  #takeOut(context: RequestContext): void {
    const { place } = context;
    const last = place === undefined ? undefined : this.#running.pop();
    if (place !== undefined && last !== undefined && last.context !== context) {
      this.#running[place] = last;
      last.context.place = place;
    }
    context.place = undefined;
  }
}
