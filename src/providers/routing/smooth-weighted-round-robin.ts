/** What can be picked, and how often. */
export interface Weighted {
  /** A positive whole number. */
  readonly weight: number;
}

/**
 * Smooth weighted round-robin, the algorithm of nginx's upstream module (Igor Sysoev; explained at
 * https://github.com/nginx/nginx/commit/52327e0627f49dbda1e8db695e63a4b0af4448b1): each pick gives
 * every item its weight in credit, the one with the most credit is taken and pays the sum of all
 * weights. Any window as long as that sum holds each item exactly as often as its weight says, and
 * heavy items are spread out instead of coming in runs. A pick is O(items) and allocates nothing.
 */
export class SmoothWeightedRoundRobin<Item extends Weighted> {
  readonly #credits: Float64Array;
  readonly #total: number;

  /** @param items - at least one */
  constructor(private readonly items: readonly [Item, ...Item[]]) {
    this.#credits = new Float64Array(items.length);
    this.#total = items.reduce((sum, { weight }) => sum + weight, 0);
  }

  pick(): Item {
    let best = this.items[0];
    let bestIndex = 0;
    let mostCredit = -Infinity;
    let index = 0;
    for (const item of this.items) {
      const credit = (this.#credits[index] ?? 0) + item.weight;
      this.#credits[index] = credit;
      if (credit > mostCredit) {
        mostCredit = credit;
        best = item;
        bestIndex = index;
      }
      index += 1;
    }
    this.#credits[bestIndex] = mostCredit - this.#total;
    return best;
  }
}
