import type { CircuitBreaker } from './circuit-breaker.js';

/** What is known of one model at one provider. */
export class ModelHealth {
  #coolsUntil = 0;
  #latest: 'good' | 'bad' | undefined;
  #latestAt = 0;

  /** @param memory - how long its latest outcome is worth anything, ms */
  constructor(
    readonly breaker: CircuitBreaker,
    private readonly memory: number,
  ) {}

  /** Whether its own breaker keeps it out, or is about to find out whether it must. */
  get isOut(): boolean {
    return this.breaker.state.name !== 'closed';
  }

  /** It is left alone for a time; a shorter time than it already has changes nothing. */
  cool(duration: number, now: number): void {
    this.#coolsUntil = Math.max(this.#coolsUntil, now + duration);
  }

  /** @returns ms until its rate limit is over */
  coolingFor(now: number): number {
    return Math.max(0, this.#coolsUntil - now);
  }

  /** @returns ms until it may be asked, as far as the model itself goes */
  waitFor(now: number): number {
    return Math.max(this.coolingFor(now), this.breaker.waitFor(now));
  }

  note(outcome: 'good' | 'bad', now: number): void {
    this.#latest = outcome;
    this.#latestAt = now;
  }

  /** @returns its latest outcome, if that is not too old to mean anything */
  latest(now: number): 'good' | 'bad' | undefined {
    return now - this.#latestAt < this.memory ? this.#latest : undefined;
  }
}
