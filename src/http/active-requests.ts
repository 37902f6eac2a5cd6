import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Injectable } from '@nestjs/common';
import type { ProxyError } from '../errors/index.js';
import type { RequestContext } from './request-context.js';

/** The requests that are running now. */
@Injectable()
export class ActiveRequests {
  readonly #running = new Map<RequestContext, ServerResponse>();
  readonly #waiting: (() => void)[] = [];
  /** For each who waits for some of them: those that are left. */
  readonly #awaited = new Map<() => void, Set<RequestContext>>();

  get count(): number {
    return this.#running.size;
  }

  add(context: RequestContext, response: ServerResponse): void {
    this.#running.set(context, response);
  }

  remove(context: RequestContext): void {
    this.#running.delete(context);
    for (const [resolve, left] of this.#awaited) {
      left.delete(context);
      if (left.size === 0) {
        this.#awaited.delete(resolve);
        resolve();
      }
    }
    if (this.#running.size === 0) {
      for (const resolve of this.#waiting.splice(0)) {
        resolve();
      }
    }
  }

  /** @returns a promise that resolves as soon as nothing runs */
  whenIdle(): Promise<void> {
    return this.#running.size === 0
      ? Promise.resolve()
      : new Promise((resolve) => {
          this.#waiting.push(resolve);
        });
  }

  /** @returns a promise that resolves when all that run now have ended, whatever has begun since */
  whenEnded(): Promise<void> {
    return this.#running.size === 0
      ? Promise.resolve()
      : new Promise((resolve) => {
          this.#awaited.set(resolve, new Set(this.#running.keys()));
        });
  }

  /** @returns whether a running request's answer has begun to go out on that connection */
  hasBegunAnswerOn(socket: Socket): boolean {
    return [...this.#running.values()].some(
      (response) => response.headersSent && response.req.socket === socket,
    );
  }

  /** @returns the request whose upload is under way on that connection, and its response */
  uploadOn(socket: Socket): readonly [RequestContext, ServerResponse] | undefined {
    return [...this.#running].find(
      ([, { req: request, headersSent }]) =>
        request.socket === socket && !request.complete && !headersSent,
    );
  }

  /** Has connections close behind the answers that have not begun yet. */
  closeConnectionsBehind(): void {
    for (const response of this.#running.values()) {
      response.shouldKeepAlive = false;
    }
  }

  /** Ends whatever still runs; a stream gets `error` as its last event. */
  interruptAll(error: ProxyError): void {
    for (const context of this.#running.keys()) {
      context.interrupt(error);
    }
  }
}
