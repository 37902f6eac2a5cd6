import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LoadSimulation, SimulatedProvider } from '../../../test/support/load-simulation.js';
import { SeededRandom } from '../../../test/support/seeded-random.js';
import { RendezvousAffinity } from './rendezvous-affinity.js';
import type { Routable } from './routing-strategy.js';
import { SmoothWeightedRoundRobin } from './smooth-weighted-round-robin.js';

type Weights = Readonly<Record<string, number>>;

const OTHERS: Weights = { azure: 1, openai: 2, 'openai-eu': 3 };
const WEIGHTS: Weights = { ...OTHERS, vllm: 10 };

/** Session ids, as UUIDs look. */
const KEYS = sessionIds(5000);

function sessionIds(count: number): string[] {
  const random = new SeededRandom(7);
  const word = (): string => Math.floor(random.next() * 2 ** 32).toString(16);
  return Array.from({ length: count }, () => `${word()}-${word()}-${word()}`);
}

function strategyOf<Item extends Routable>(items: readonly Item[]): RendezvousAffinity<Item> {
  return new RendezvousAffinity(items, new SmoothWeightedRoundRobin(items));
}

function itemsOf(weights: Weights): Routable[] {
  return Object.entries(weights).map(([name, weight]) => ({
    name,
    weight,
    running: 0,
    timeToFirstToken: undefined,
  }));
}

/** @returns where each key goes */
function placesOf(weights: Weights, keys: readonly string[], ...out: readonly string[]): string[] {
  const strategy = strategyOf(itemsOf(weights));
  return keys.map((key) => strategy.pick(({ name }) => !out.includes(name), key)?.name ?? '-');
}

/** Pearson's measure of how far counts are from what weights say. */
function chiSquare(places: readonly string[], weights: Weights): number {
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  return Object.entries(weights).reduce((sum, [name, weight]) => {
    const expected = (places.length * weight) / total;
    return sum + (places.filter((place) => place === name).length - expected) ** 2 / expected;
  }, 0);
}

/** With 3 degrees of freedom, chance goes beyond this once in a thousand times. */
const CHI_SQUARE_LIMIT = 16.27;

describe('RendezvousAffinity', () => {
  it('sends a key to the same place, whoever asks, in whatever order they are configured', () => {
    const reversed = Object.fromEntries(Object.entries(WEIGHTS).reverse());
    const places = placesOf(WEIGHTS, KEYS).join();

    expect(placesOf(WEIGHTS, KEYS).join()).toBe(places);
    expect(placesOf(reversed, KEYS).join()).toBe(places);
  });

  it('goes by the key alone, after a restart as before', () => {
    expect(placesOf(WEIGHTS, ['', 'a', 'b', 'alice', 'bob'])).toStrictEqual([
      'vllm',
      'vllm',
      'vllm',
      'openai-eu',
      'openai',
    ]);
  });

  it.each<[string, Weights, (index: number) => string]>([
    ['random keys', WEIGHTS, (index) => KEYS[index] ?? ''],
    ['numbered keys', WEIGHTS, (index) => `user-${index}`],
    ['equal weights', { a: 1, b: 1, c: 1, d: 1 }, (index) => `user-${index}`],
    ['similar names', { 'node-1': 1, 'node-2': 1, 'node-3': 2, 'node-4': 1 }, String],
  ])('shares keys out by weight: %s', (_name, weights, keyAt) => {
    const keys = Array.from({ length: KEYS.length }, (_, index) => keyAt(index));

    expect(chiSquare(placesOf(weights, keys), weights)).toBeLessThan(CHI_SQUARE_LIMIT);
  });

  it('gives to nobody when nobody is eligible', () => {
    expect(placesOf(WEIGHTS, ['key'], ...Object.keys(WEIGHTS))).toStrictEqual(['-']);
    expect(placesOf({}, ['key'])).toStrictEqual(['-']);
  });

  it('moves the keys of the one that drops out, and no other', () => {
    const before = placesOf(WEIGHTS, KEYS);
    const after = placesOf(WEIGHTS, KEYS, 'openai-eu');
    const moved = KEYS.filter((_, index) => before[index] !== after[index]);
    const orphaned = KEYS.filter((_, index) => before[index] === 'openai-eu');

    expect(moved.join()).toBe(orphaned.join());
    expect(moved.length).toBeGreaterThan(750);
  });

  it('shares the keys of the one that drops out by the weights of the others', () => {
    const before = placesOf(WEIGHTS, KEYS);
    const orphaned = KEYS.filter((_, index) => before[index] === 'vllm');

    expect(chiSquare(placesOf(WEIGHTS, orphaned, 'vllm'), OTHERS)).toBeLessThan(CHI_SQUARE_LIMIT);
  });

  it('takes only from others what goes to one that is added or weighs more', () => {
    const before = placesOf(WEIGHTS, KEYS);
    const changes: Weights[] = [
      { ...WEIGHTS, added: 4 },
      { ...WEIGHTS, azure: 5 },
    ];
    for (const changed of changes) {
      const after = placesOf(changed, KEYS);
      const places = after.filter((place, index) => place !== before[index]);

      expect(new Set(places)).toStrictEqual(new Set(['added' in changed ? 'added' : 'azure']));
    }
  });

  it('keeps a key where it is for as long as that one is eligible', () => {
    const names = Object.keys(WEIGHTS);
    fc.assert(
      fc.property(fc.string(), fc.subarray(names), fc.subarray(names), (key, out, more) => {
        const [place = '-'] = placesOf(WEIGHTS, [key], ...out);
        const [later] = placesOf(WEIGHTS, [key], ...out, ...more);

        expect(more.includes(place) || later === place).toBe(true);
        expect(out).not.toContain(place);
      }),
    );
  });

  it('leaves requests without a key to the other strategy', () => {
    const strategy = strategyOf(itemsOf({ a: 2, b: 1 }));
    const picks = Array.from({ length: 6 }, () => {
      strategy.pick(() => true, 'key');
      return strategy.pick(() => true)?.name;
    });

    expect(picks.join('')).toBe('abaaba');
    expect(strategy.pick(({ name }) => name === 'b')?.name).toBe('b');
  });
});

describe('RendezvousAffinity under load', () => {
  it('stays with a provider that slows down tenfold: its cache is worth more', () => {
    const providers = ['slow', 'other'].map((name) => new SimulatedProvider(name));
    const [slow, other] = providers as [SimulatedProvider, SimulatedProvider];
    const affinity = strategyOf(providers);
    let request = 0;
    const strategy: ConstructorParameters<typeof LoadSimulation>[0] = {
      pick: (isEligible) => affinity.pick(isEligible, KEYS[(request += 1) % 100]),
    };
    const simulation = new LoadSimulation(strategy, providers);

    const before = simulation.run(60_000);
    slow.slowdown = 10;
    const meanwhile = simulation.run(60_000);
    simulation.eligible.delete(slow);
    const without = simulation.run(60_000);

    expect(meanwhile['slow']).toBeCloseTo(before['slow'] ?? NaN, 1);
    expect(without).toStrictEqual({ slow: 0, other: 1 });
    expect(other.served).toBeGreaterThan(slow.served);
  });
});
