import { describe, expect, it } from '@jest/globals';
import { LoadSimulation, SimulatedProvider } from '../../../test/support/load-simulation.js';
import { LeastBusy } from './least-busy.js';
import type { Routable } from './routing-strategy.js';

function itemOf(name: string, weight: number, running: number): Routable {
  return { name, weight, running, timeToFirstToken: undefined };
}

function take(
  items: readonly Routable[],
  count: number,
  isEligible: (item: Routable) => boolean = () => true,
): string {
  const strategy = new LeastBusy(items);
  return Array.from({ length: count }, () => strategy.pick(isEligible)?.name ?? '-').join('');
}

describe('LeastBusy', () => {
  it.each([
    ['fewer requests', itemOf('a', 1, 3), itemOf('b', 1, 2)],
    ['fewer requests per weight', itemOf('a', 1, 2), itemOf('b', 3, 5)],
    ['none, however light', itemOf('a', 100, 1), itemOf('b', 1, 0)],
  ])('picks who has %s', (_name, first, second) => {
    expect(take([first, second], 2)).toBe('bb');
    expect(take([second, first], 2)).toBe('bb');
  });

  it('follows the weights while nobody has anything to do', () => {
    expect(take([itemOf('a', 2, 0), itemOf('b', 1, 0)], 6)).toBe('abaaba');
  });

  it('takes those in turn that are equally busy for their weight', () => {
    const items = [itemOf('a', 3, 1), itemOf('b', 6, 2), itemOf('c', 1, 1)];

    expect(take(items, 6)).toBe('babbab');
  });

  it('picks among those that are eligible', () => {
    const items = [itemOf('a', 1, 0), itemOf('b', 1, 1), itemOf('c', 1, 2)];

    expect(take(items, 2, ({ name }) => name !== 'a')).toBe('bb');
    expect(take(items, 1, () => false)).toBe('-');
    expect(take([], 1)).toBe('-');
  });
});

describe('LeastBusy under load', () => {
  it('shares requests out by weight among providers of one speed', () => {
    const providers = [
      new SimulatedProvider('a', { weight: 5 }),
      new SimulatedProvider('b', { weight: 2 }),
      new SimulatedProvider('c', { weight: 1 }),
    ];

    const shares = new LoadSimulation(new LeastBusy(providers), providers).run(120_000);

    expect(shares['a']).toBeCloseTo(5 / 8, 1);
    expect(shares['b']).toBeCloseTo(2 / 8, 1);
    expect(shares['c']).toBeCloseTo(1 / 8, 1);
  });

  it('gives a provider that slows down tenfold a tenth of the others, and comes back', () => {
    const slow = new SimulatedProvider('slow');
    const other = new SimulatedProvider('other');
    const providers = [slow, other];
    const simulation = new LoadSimulation(new LeastBusy(providers), providers);

    const before = simulation.run(60_000);
    slow.slowdown = 10;
    simulation.run(30_000);
    const meanwhile = simulation.run(120_000);
    slow.slowdown = 1;
    simulation.run(30_000);
    const after = simulation.run(60_000);

    expect(before['slow']).toBeCloseTo(0.5, 1);
    expect(meanwhile['slow']).toBeCloseTo(1 / 11, 1);
    expect(after['slow']).toBeCloseTo(0.5, 1);
  });

  it('lets a provider that comes back catch up to the others and no further', () => {
    const out = new SimulatedProvider('out');
    const providers = [out, new SimulatedProvider('b'), new SimulatedProvider('c')];
    const simulation = new LoadSimulation(new LeastBusy(providers), providers);

    simulation.eligible.delete(out);
    simulation.run(60_000);
    simulation.eligible.add(out);
    simulation.run(1000);

    const running = providers.map((provider) => provider.running);

    expect(Math.max(...running) - Math.min(...running)).toBeLessThanOrEqual(3);
  });
});
