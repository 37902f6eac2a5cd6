/** How many requests can have saved up: after a quiet time hedges must not come all at once. */
const MOST_SAVED = 200;

/**
 * Limits hedges to a part of the requests, however often these come: a token bucket that requests
 * fill, and not time. It starts empty. It is counted in requests, so that it needs no fractions.
 */
export class HedgeBudget {
  /** How many requests pay for one hedge. */
  readonly #price: number;
  /** Requests that have not paid for a hedge yet. */
  #saved = 0;

  /** @param ratio - hedges for each request, at most, from 0 to 1 */
  constructor(ratio: number) {
    this.#price = 1 / ratio;
  }

  /** Whether one more request may be hedged now. */
  get hasLeft(): boolean {
    return this.#saved >= this.#price;
  }

  /** A client's request has come; a hedge does not count as one. */
  recordRequest(): void {
    this.#saved = Math.min(this.#saved + 1, Math.max(MOST_SAVED, this.#price));
  }

  /** A request is hedged, for which `hasLeft` has allowed. */
  take(): void {
    this.#saved -= this.#price;
  }
}
