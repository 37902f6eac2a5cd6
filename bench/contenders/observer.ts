import { z } from 'zod';
import type { Child } from '../machine/child.ts';

/** What Node is told to load, so that a process can be observed. */
export const OBSERVED = ['--import', new URL('../programs/observer.js', import.meta.url).href];

/** Asks a Node process what only it can know. */
export class Observer {
  readonly #child: Child;

  /** @param child - started with {@link OBSERVED}, and can be asked */
  constructor(child: Child) {
    this.#child = child;
  }

  async watchEventLoop(): Promise<void> {
    await this.#ask('watch');
  }

  /** @returns how late its event loop was since it is watched, 99th percentile, ms */
  eventLoopLag(): Promise<number> {
    return this.#ask('lag');
  }

  /** @returns what is alive on its heap, and of its buffers, after a garbage collection, bytes */
  heap(): Promise<number> {
    return this.#ask('heap');
  }

  async #ask(question: string): Promise<number> {
    return z.number().parse(await this.#child.ask(question));
  }
}
