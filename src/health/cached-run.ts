import type { Clock } from '../clock/index.js';

/** Runs something costly at most once at a time, and keeps its result for a while. */
export class CachedRun<Result> {
  #result: Promise<Result> | undefined;
  #staleAt = Infinity;

  /**
   * @param run - must not reject
   * @param freshFor - how long a result serves after the run has ended, ms
   */
  constructor(
    private readonly clock: Clock,
    private readonly freshFor: number,
    private readonly run: () => Promise<Result>,
  ) {}

  get(): Promise<Result> {
    if (this.#result === undefined || this.clock.now() >= this.#staleAt) {
      this.#staleAt = Infinity;
      this.#result = this.run().finally(() => {
        this.#staleAt = this.clock.now() + this.freshFor;
      });
    }
    return this.#result;
  }
}
