import { Injectable } from '@nestjs/common';
import type { ProxyError } from '../errors/index.js';
import type { RequestContext } from './request-context.js';

/** The requests that are running now. */
@Injectable()
export class ActiveRequests {
  readonly #running = new Set<RequestContext>();
  readonly #waiting: (() => void)[] = [];

  get count(): number {
    return this.#running.size;
  }

  add(context: RequestContext): void {
    this.#running.add(context);
  }

  remove(context: RequestContext): void {
    this.#running.delete(context);
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

  /** Ends whatever still runs; a stream gets `error` as its last event. */
  interruptAll(error: ProxyError): void {
    for (const context of this.#running) {
      context.interrupt(error);
    }
  }
}
