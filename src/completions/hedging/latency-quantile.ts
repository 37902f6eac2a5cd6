/** How many of the latest measurements count. */
const CAPACITY = 128;
/** Fewer say nothing about the slow ones. */
const MINIMUM = 20;

/** A quantile of the latest measurements. It is worked out only when it is asked for. */
export class LatencyQuantile {
  readonly #ring = new Float64Array(CAPACITY);
  #count = 0;
  #known: number | undefined;

  /** @param fraction - which part of the measurements lies below, such as 0.95 */
  constructor(private readonly fraction: number) {}

  /** @param duration - ms */
  observe(duration: number): void {
    this.#ring[this.#count % CAPACITY] = duration;
    this.#count += 1;
    // Worked out anew now and then: the quantile of a hundred moves little with each of them.
    if (this.#count % (CAPACITY / 8) === 0) {
      this.#known = undefined;
    }
  }

  /** @returns ms; undefined as long as too little was measured */
  get value(): number | undefined {
    if (this.#count < MINIMUM) {
      return undefined;
    }
    this.#known ??= this.#workOut();
    return this.#known;
  }

  #workOut(): number | undefined {
    const sorted = this.#ring.slice(0, Math.min(this.#count, CAPACITY)).sort();
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * this.fraction))];
  }
}
