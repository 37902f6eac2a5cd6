/**
 * What prom-client does for one observation touches so much memory that it costs a request in the
 * midst of its work five times what it costs in a row of them. So observations wait here, in plain
 * numbers, until somebody collects the metric or there are many.
 */
export interface LateHandle {
  /** Tells prom-client all that has waited. */
  settle(): void;
}

/** How many values of a histogram wait at most: settling as many takes less than a millisecond. */
const MOST_VALUES = 500;

/** A counter with one set of labels. */
export class LateCounter implements LateHandle {
  #count = 0;

  constructor(private readonly target: { inc(by: number): void }) {}

  /** @param by - finite, and not below 0; 0 is a count, too: it has the series appear */
  inc(by = 1): void {
    this.#count += by;
  }

  settle(): void {
    const count = this.#count;
    this.#count = 0;
    this.target.inc(count);
  }
}

/** A gauge with one set of labels, that goes up and down. */
export class LateGauge implements LateHandle {
  #value = 0;

  constructor(private readonly target: { set(value: number): void }) {}

  inc(): void {
    this.#value += 1;
  }

  dec(): void {
    this.#value -= 1;
  }

  settle(): void {
    this.target.set(this.#value);
  }
}

/** A histogram with one set of labels. */
export class LateHistogram implements LateHandle {
  readonly #values: number[] = [];

  constructor(private readonly target: { observe(value: number): void }) {}

  /** @param value - finite: prom-client refuses any other, and would when it is collected */
  observe(value: number): void {
    if (this.#values.push(value) === MOST_VALUES) {
      this.settle();
    }
  }

  settle(): void {
    for (const value of this.#values.splice(0)) {
      this.target.observe(value);
    }
  }
}
