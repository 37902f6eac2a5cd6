/** What can be picked, and how often. */
export interface Weighted {
  /** A positive whole number. */
  readonly weight: number;
}

/**
 * Smooth weighted round-robin, the algorithm of nginx's upstream module (Igor Sysoev; explained at
 * https://github.com/nginx/nginx/commit/52327e0627f49dbda1e8db695e63a4b0af4448b1): each pick gives
 * every eligible item its weight in credit, the one with the most credit is taken and pays the sum
 * of the eligible weights. While the same items are eligible, any window as long as that sum holds
 * each of them exactly as often as its weight says, and heavy items are spread out instead of
 * coming in runs. A pick is O(items) and allocates nothing.
 *
 * An item that is not eligible keeps its credit as it is. So it neither saves up, which would end
 * in a burst when it comes back, nor loses the turn it was due, which would starve an item that is
 * out at every second request. Credits cannot drift apart: this is the greedy answer to the carpool
 * problem, whose debts stay bounded whoever takes part when (Fagin & Williams, "A fair carpool
 * scheduling algorithm", IBM J. Res. Dev. 27(2), 1983).
 */
export class SmoothWeightedRoundRobin<Item extends Weighted> {
  readonly #credits: Float64Array;

  constructor(private readonly items: readonly Item[]) {
    this.#credits = new Float64Array(items.length);
  }

  /** @returns undefined when no item is eligible */
  pick(isEligible: (item: Item) => boolean): Item | undefined {
    let best: Item | undefined;
    let bestIndex = 0;
    let mostCredit = -Infinity;
    let total = 0;
    let index = 0;
    for (const item of this.items) {
      if (isEligible(item)) {
        const credit = (this.#credits[index] ?? 0) + item.weight;
        this.#credits[index] = credit;
        total += item.weight;
        if (credit > mostCredit) {
          mostCredit = credit;
          best = item;
          bestIndex = index;
        }
      }
      index += 1;
    }
    if (best !== undefined) {
      this.#credits[bestIndex] = mostCredit - total;
    }
    return best;
  }
}
