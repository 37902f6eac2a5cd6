/** In how many steps the window slides: it covers between 9 and 10 tenths of its length. */
const BUCKETS = 10;

/**
 * How many events the last while has brought. The count is kept in a ring of buckets, each a tenth
 * of the window; the oldest is emptied as time moves on. Counting is O(1) and allocates nothing.
 */
export class SlidingCount {
  readonly #buckets = new Uint32Array(BUCKETS);
  readonly #bucketWidth: number;
  #slot = 0;
  #total = 0;

  /** @param window - ms, above 0 */
  constructor(window: number) {
    this.#bucketWidth = window / BUCKETS;
  }

  /** @param now - ms, by the clock that never goes backwards */
  add(now: number): void {
    this.#slideTo(now);
    const bucket = this.#slot % BUCKETS;
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#total += 1;
  }

  /**
   * @param now - ms, by the same clock
   * @returns the events that the window still holds
   */
  total(now: number): number {
    this.#slideTo(now);
    return this.#total;
  }

  clear(): void {
    this.#buckets.fill(0);
    this.#total = 0;
  }

  #slideTo(now: number): void {
    const slot = Math.floor(now / this.#bucketWidth);
    const stale = Math.min(slot - this.#slot, BUCKETS);
    for (let step = 1; step <= stale; step += 1) {
      const bucket = (this.#slot + step) % BUCKETS;
      this.#total -= this.#buckets[bucket] ?? 0;
      this.#buckets[bucket] = 0;
    }
    this.#slot = Math.max(slot, this.#slot);
  }
}
