import type { Routable, RoutingStrategy } from './routing-strategy.js';
import { SmoothWeightedRoundRobin } from './smooth-weighted-round-robin.js';

/**
 * Picks who has the fewest running requests per weight; among equals, in turn, as nginx's
 * `least_conn` does (https://nginx.org/en/docs/http/ngx_http_upstream_module.html#least_conn).
 *
 * The request to be placed is not counted: (running + 1) / weight, which Envoy weighs by when it
 * draws, would in a comparison send every request of an idle system to the heaviest provider. So
 * an idle system follows the weights, and a busy one has its running requests follow them.
 */
export class LeastBusy<Item extends Routable> implements RoutingStrategy<Item> {
  readonly #turns: SmoothWeightedRoundRobin<Item>;

  constructor(private readonly items: readonly Item[]) {
    this.#turns = new SmoothWeightedRoundRobin(items);
  }

  pick(isEligible: (item: Item) => boolean): Item | undefined {
    let least = Infinity;
    for (const item of this.items) {
      if (loadOf(item) < least && isEligible(item)) {
        least = loadOf(item);
      }
    }
    return this.#turns.pick((item) => loadOf(item) === least && isEligible(item));
  }
}

/** Equal loads are equal numbers: a division of whole numbers is rounded in one way only. */
function loadOf({ running, weight }: Routable): number {
  return running / weight;
}
