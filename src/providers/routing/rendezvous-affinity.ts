import type { Routable, RoutingStrategy } from './routing-strategy.js';
import { mixed, textHash } from './text-hash.js';

interface Candidate<Item> {
  readonly item: Item;
  readonly nameHash: number;
}

/**
 * Sends what has the same key to the same item: rendezvous hashing (D. Thaler & C. Ravishankar,
 * "Using name-based mappings to increase hit rates", IEEE/ACM TON 6(1), 1998). Each item draws a
 * number from its name and the key, and the highest one wins. So when an item drops out, its keys
 * spread over the others by their weights and no other key moves; when it is back, so are they.
 * The draw is -weight / ln(u), u even between 0 and 1, which wins as often as the weight says
 * (C. Schindelhauer & G. Schomaker, "Weighted distributed hash tables", SPAA 2005, the logarithmic
 * method). Only names, weights and keys count: all replicas of the proxy choose alike, and after a
 * restart as before.
 *
 * Requests without a key go by `keyless`.
 */
export class RendezvousAffinity<Item extends Routable> implements RoutingStrategy<Item> {
  readonly #candidates: readonly Candidate<Item>[];

  constructor(
    items: readonly Item[],
    private readonly keyless: RoutingStrategy<Item>,
  ) {
    this.#candidates = items.map((item) => ({ item, nameHash: textHash(item.name) }));
  }

  pick(isEligible: (item: Item) => boolean, affinityKey?: string): Item | undefined {
    if (affinityKey === undefined) {
      return this.keyless.pick(isEligible);
    }
    const keyHash = textHash(affinityKey);
    let chosen: Item | undefined;
    let highest = -Infinity;
    for (const { item, nameHash } of this.#candidates) {
      if (isEligible(item)) {
        const draw = -item.weight / Math.log(evenBetween0And1(keyHash ^ nameHash));
        if (draw > highest) {
          highest = draw;
          chosen = item;
        }
      }
    }
    return chosen;
  }
}

/** Never 0 or 1, whose logarithms would end the draw. */
function evenBetween0And1(bits: number): number {
  return (mixed(bits) + 0.5) / 2 ** 32;
}
