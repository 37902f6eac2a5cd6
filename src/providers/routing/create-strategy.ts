import type { Random } from '../../random/index.js';
import { Fastest } from './fastest.js';
import { LeastBusy } from './least-busy.js';
import { RendezvousAffinity } from './rendezvous-affinity.js';
import type { Routable, RoutingSettings, RoutingStrategy } from './routing-strategy.js';
import { SmoothWeightedRoundRobin } from './smooth-weighted-round-robin.js';

/**
 * @param items - the providers of a model
 * @returns the strategy of `settings` over them; with an affinity, for requests without a key
 */
export function createStrategy<Item extends Routable>(
  { strategy, affinity }: RoutingSettings,
  items: readonly Item[],
  random: Random,
): RoutingStrategy<Item> {
  const keyless = createKeyless(strategy, items, random);
  return affinity.kind === 'none' ? keyless : new RendezvousAffinity(items, keyless);
}

function createKeyless<Item extends Routable>(
  strategy: RoutingSettings['strategy'],
  items: readonly Item[],
  random: Random,
): RoutingStrategy<Item> {
  switch (strategy) {
    case 'weighted':
      return new SmoothWeightedRoundRobin(items);
    case 'least_busy':
      return new LeastBusy(items);
    case 'fastest':
      return new Fastest(items, random);
  }
}
