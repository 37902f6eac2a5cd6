import type { Clock } from '../clock/index.js';

/** For how long one report of lost traces stands for all, ms. */
const QUIET_TIME = 60_000;

/** Words of the SDK's own: no address, no header. */
const PLAIN_WORDS = /^[\w ,.'-]{1,100}$/;

/** Says that traces are lost, and why; while that goes on, once a minute. */
export class LossReport {
  #quietUntil = -Infinity;
  #unsaid = 0;

  /** @param warn - told in words that hold no secret */
  constructor(
    private readonly clock: Clock,
    private readonly warn: (words: string) => void,
  ) {}

  /** @param error - what the exporter failed with */
  exportFailed(error: unknown): void {
    this.lost(reasonOf(error));
  }

  lost(reason: string): void {
    const now = this.clock.now();
    if (now < this.#quietUntil) {
      this.#unsaid += 1;
      return;
    }
    const more = this.#unsaid === 0 ? '' : ` (and ${this.#unsaid} times since this was last said)`;
    this.#quietUntil = now + QUIET_TIME;
    this.#unsaid = 0;
    this.warn(`traces are lost: ${reason}${more}`);
  }
}

function reasonOf(error: unknown): string {
  if (!Error.isError(error)) {
    return 'for an unknown reason';
  }
  if ('code' in error && typeof error.code === 'number') {
    return `the collector answered with status ${error.code}`;
  }
  if ('code' in error && typeof error.code === 'string') {
    return `the collector cannot be reached (${error.code})`;
  }
  return PLAIN_WORDS.test(error.message) ? error.message : error.name;
}
