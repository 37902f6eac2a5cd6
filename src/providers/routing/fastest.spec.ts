import { describe, expect, it } from '@jest/globals';
import { LoadSimulation, SimulatedProvider } from '../../../test/support/load-simulation.js';
import { SeededRandom } from '../../../test/support/seeded-random.js';
import { Fastest } from './fastest.js';
import type { Routable } from './routing-strategy.js';

/** What is odd about a provider; else it is idle, of weight 1, and takes 100 ms. */
type Oddity = Partial<Routable>;

function itemsOf(oddities: Readonly<Record<string, Oddity>>): Routable[] {
  return Object.entries(oddities).map(([name, oddity]) => ({
    name,
    weight: 1,
    running: 0,
    timeToFirstToken: 100,
    ...oddity,
  }));
}

/** @returns how often each was picked */
function take(
  items: readonly Routable[],
  count: number,
  isEligible: (item: Routable) => boolean = () => true,
): Record<string, number> {
  const strategy = new Fastest(items, new SeededRandom());
  const counts: Record<string, number> = {};
  for (let pick = 0; pick < count; pick += 1) {
    const name = strategy.pick(isEligible)?.name ?? 'nobody';
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

describe('Fastest', () => {
  it.each<[string, Oddity, Oddity]>([
    ['has the shorter time', { timeToFirstToken: 200 }, { timeToFirstToken: 150 }],
    ['has less to do', { running: 5 }, { running: 3 }],
    ['weighs more', {}, { weight: 2 }],
    ['is busier but still faster', { timeToFirstToken: 300 }, { running: 1 }],
    ['is not known yet', { running: 1 }, { timeToFirstToken: undefined }],
    [
      'is known, while the other one is being tried',
      { timeToFirstToken: undefined, running: 1 },
      {},
    ],
    [
      'has less to do, where nobody is known',
      { timeToFirstToken: undefined, running: 2 },
      { timeToFirstToken: undefined, running: 1 },
    ],
    [
      'has less to do, where both take no time',
      { timeToFirstToken: 0, running: 1 },
      { timeToFirstToken: 0 },
    ],
  ])('picks who %s', (_name, first, second) => {
    expect(take(itemsOf({ first, second }), 10)).toStrictEqual({ second: 10 });
    expect(take(itemsOf({ second, first }), 10)).toStrictEqual({ second: 10 });
  });

  it('picks the only one that is eligible, however slow', () => {
    const items = itemsOf({ a: {}, b: { timeToFirstToken: 10_000 }, c: {} });

    expect(take(items, 5, ({ name }) => name === 'b')).toStrictEqual({ b: 5 });
    expect(take(items, 1, () => false)).toStrictEqual({ nobody: 1 });
    expect(take([], 1)).toStrictEqual({ nobody: 1 });
  });

  it('never picks the slowest of three while it remembers, nor always the fastest', () => {
    const items = itemsOf({ a: {}, b: { timeToFirstToken: 110 }, c: { timeToFirstToken: 5000 } });
    const counts = take(items, 100);

    expect(counts['c']).toBeUndefined();
    expect(counts['b']).toBeGreaterThan(20);
  });

  it('draws by weight, so that a heavy one among many is not passed by', () => {
    const light = Array.from({ length: 9 }, (_, index) => [`light${index}`, {}] as const);
    const counts = take(itemsOf({ heavy: { weight: 9 }, ...Object.fromEntries(light) }), 1000);

    expect(counts['heavy']).toBeGreaterThan(500);
  });

  it.each([
    [2, 36],
    [10, 115],
  ])('tries one that is %d times as slow at every %dth request', (factor, period) => {
    const items = itemsOf({ a: {}, b: { timeToFirstToken: 100 * factor } });

    expect(take(items, 20 * period)['b']).toBe(20);
  });
});

describe('Fastest under load', () => {
  it.each([0.1, 1, 20])(
    'has nobody starve where all answer as fast, at %s requests a second',
    (rate) => {
      const providers = ['a', 'b', 'c'].map((name) => new SimulatedProvider(name));
      const simulation = new LoadSimulation(new Fastest(providers, new SeededRandom()), providers, {
        rate,
      });

      const shares = simulation.run(2_000_000 / rate);

      expect(Math.min(...Object.values(shares))).toBeGreaterThan(1 / 6);
    },
  );

  it('has the load follow the weights where there is enough of it', () => {
    const heavy = new SimulatedProvider('heavy', { weight: 3 });
    const light = new SimulatedProvider('light');
    const providers = [heavy, light];
    const simulation = new LoadSimulation(new Fastest(providers, new SeededRandom()), providers);

    expect(simulation.run(120_000)['heavy']).toBeCloseTo(0.75, 1);
  });

  it.each([0.05, 1, 20])(
    'leaves a provider that slows down tenfold, and comes back, at %s requests a second',
    (rate) => {
      const slow = new SimulatedProvider('slow');
      const other = new SimulatedProvider('other');
      const providers = [slow, other];
      const strategy = new Fastest(providers, new SeededRandom());
      const simulation = new LoadSimulation(strategy, providers, { rate });
      // Enough requests to learn, or as long as averages need, whichever takes longer.
      const phase = Math.max(180_000, 300_000 / rate);

      const before = simulation.run(phase);
      slow.slowdown = 10;
      simulation.run(phase);
      const meanwhile = simulation.run(phase);
      slow.slowdown = 1;
      simulation.run(phase);
      const after = simulation.run(phase);
      expect(before['slow']).toBeGreaterThan(0.35);
      expect(meanwhile['slow']).toBeLessThan(0.06);
      expect(after['slow']).toBeGreaterThan(0.35);
    },
  );
});
