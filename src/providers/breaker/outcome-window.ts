import { SlidingCount } from '../../clock/index.js';

/** What a breaker's rule goes by. */
export interface OutcomeCounts {
  /** Within the window, as of the latest outcome. */
  readonly successes: number;
  /** Within the window, as of the latest outcome. */
  readonly failures: number;
  /**
   * Since the latest success, however long ago: who is asked once an hour and fails each time is
   * out, too.
   */
  readonly consecutiveFailures: number;
}

/** The outcomes of the last while, counted. Recording one allocates nothing. */
export class OutcomeWindow implements OutcomeCounts {
  readonly #successes: SlidingCount;
  readonly #failures: SlidingCount;
  #consecutiveFailures = 0;
  #latestAt = 0;

  /** @param window - ms */
  constructor(window: number) {
    this.#successes = new SlidingCount(window);
    this.#failures = new SlidingCount(window);
  }

  get successes(): number {
    return this.#successes.total(this.#latestAt);
  }

  get failures(): number {
    return this.#failures.total(this.#latestAt);
  }

  get consecutiveFailures(): number {
    return this.#consecutiveFailures;
  }

  /** @param now - ms, by the clock that never goes backwards */
  succeed(now: number): void {
    this.#successes.add(now);
    this.#consecutiveFailures = 0;
    this.#latestAt = now;
  }

  /** @param now - ms, by the same clock */
  fail(now: number): void {
    this.#failures.add(now);
    this.#consecutiveFailures += 1;
    this.#latestAt = now;
  }

  clear(): void {
    this.#successes.clear();
    this.#failures.clear();
    this.#consecutiveFailures = 0;
  }
}
