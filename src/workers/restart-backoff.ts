/** How long a worker must have served for its end to count as the first, ms. */
const LONG_ENOUGH = 60_000;
/** The wait before the second in a row is replaced, ms; it doubles from there. */
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30_000;

/** How long to wait before a worker is replaced: not at all, and longer when that does not help. */
export class RestartBackoff {
  #inARow = 0;

  /**
   * @param served - how long the one that ended had served, ms
   * @returns ms
   */
  next(served: number): number {
    this.#inARow = served >= LONG_ENOUGH ? 1 : this.#inARow + 1;
    return this.#inARow === 1 ? 0 : Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (this.#inARow - 2));
  }
}
