import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SeededRandom } from '../../../test/support/seeded-random.js';
import { createStrategy } from './create-strategy.js';
import { Fastest } from './fastest.js';
import { LeastBusy } from './least-busy.js';
import { RendezvousAffinity } from './rendezvous-affinity.js';
import type { Affinity, Routable, RoutingSettings } from './routing-strategy.js';
import { SmoothWeightedRoundRobin } from './smooth-weighted-round-robin.js';

const NONE: Affinity = { kind: 'none' };
const AFFINITIES: readonly Affinity[] = [NONE, { kind: 'user' }, { kind: 'header', name: 'x' }];
const STRATEGIES = ['weighted', 'least_busy', 'fastest'] as const;

const SETTINGS: readonly RoutingSettings[] = STRATEGIES.flatMap((strategy) =>
  AFFINITIES.map((affinity) => ({ strategy, affinity })),
);

const someItems: fc.Arbitrary<Routable[]> = fc.array(
  fc.record({
    name: fc.string(),
    weight: fc.integer({ min: 1, max: 1000 }),
    running: fc.nat(1000),
    timeToFirstToken: fc.option(fc.double({ min: 0, max: 1e5, noNaN: true }), { nil: undefined }),
  }),
  { maxLength: 8 },
);

describe('createStrategy', () => {
  it.each([
    ['weighted', SmoothWeightedRoundRobin],
    ['least_busy', LeastBusy],
    ['fastest', Fastest],
  ] as const)('builds %s', (strategy, type) => {
    const created = createStrategy({ strategy, affinity: NONE }, [], new SeededRandom());

    expect(created).toBeInstanceOf(type);
  });

  it.each(AFFINITIES.slice(1))('puts affinity ($kind) before it', (affinity) => {
    const created = createStrategy({ strategy: 'weighted', affinity }, [], new SeededRandom());

    expect(created).toBeInstanceOf(RendezvousAffinity);
  });

  it.each(SETTINGS)('$strategy with $affinity.kind picks somebody eligible, if any', (settings) => {
    const requests = fc.array(fc.tuple(fc.nat(255), fc.option(fc.string(), { nil: undefined })));
    fc.assert(
      fc.property(someItems, requests, (items, given) => {
        const strategy = createStrategy(settings, items, new SeededRandom());
        for (const [mask, key] of given) {
          const eligible = items.filter((_, index) => ((mask >> index) & 1) === 1);
          const picked = strategy.pick((item) => eligible.includes(item), key);

          expect(picked === undefined).toBe(eligible.length === 0);
          expect(picked === undefined || eligible.includes(picked)).toBe(true);
        }
      }),
    );
  });
});
