import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LoadSimulation, SimulatedProvider } from '../../../test/support/load-simulation.js';
import { SmoothWeightedRoundRobin, type Weighted } from './smooth-weighted-round-robin.js';

interface Item extends Weighted {
  readonly name: string;
}

type Turns = SmoothWeightedRoundRobin<Item>;

function turnsOf(weights: readonly number[]): Turns {
  return new SmoothWeightedRoundRobin(
    weights.map((weight, index) => ({ name: String(index), weight })),
  );
}

/** @returns the names of the next picks, `-` where nobody was eligible */
function take(
  turns: Turns,
  count: number,
  isEligible: (item: Item) => boolean = () => true,
): string[] {
  return Array.from({ length: count }, () => turns.pick(isEligible)?.name ?? '-');
}

function picksOf(weights: readonly number[], count: number): string[] {
  return take(turnsOf(weights), count);
}

function sum(weights: readonly number[]): number {
  return weights.reduce((total, weight) => total + weight, 0);
}

function shares(picks: readonly string[], items: number): number[] {
  const counts = new Array<number>(items).fill(0);
  for (const name of picks) {
    counts[Number(name)] = (counts[Number(name)] ?? 0) + 1;
  }
  return counts;
}

/** @returns the shares in every window of `length` picks */
function windows(picks: readonly string[], length: number, items: number): number[][] {
  return Array.from({ length: picks.length - length + 1 }, (_, start) =>
    shares(picks.slice(start, start + length), items),
  );
}

const someWeights = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 6 });

describe('SmoothWeightedRoundRobin', () => {
  it('gives the only item every time', () => {
    expect(picksOf([3], 4)).toStrictEqual(['0', '0', '0', '0']);
  });

  it('gives 2:1 in every three picks', () => {
    expect(picksOf([2, 1], 9).join('')).toBe('010010010');
  });

  it("spreads heavy items out, as nginx's own example has it", () => {
    expect(picksOf([5, 1, 1], 7).join('')).toBe('0010200');
  });

  it('takes equal items in turn', () => {
    expect(picksOf([1, 1, 1], 6).join('')).toBe('012012');
  });

  it('holds each item exactly as often as its weight says, in every window', () => {
    fc.assert(
      fc.property(someWeights, (weights) => {
        const total = sum(weights);
        const counted = windows(picksOf(weights, 3 * total), total, weights.length);

        expect(new Set(counted.map(String))).toStrictEqual(new Set([String(weights)]));
      }),
    );
  });

  it('is as exact after a million picks of heavy items', () => {
    const weights = [10_000, 9_999, 1];
    const turns = turnsOf(weights);
    for (let pick = 0; pick < 50 * 20_000 + 7; pick += 1) {
      turns.pick(() => true);
    }

    expect(shares(take(turns, 20_000), 3)).toStrictEqual(weights);
  });
});

describe('SmoothWeightedRoundRobin: eligibility', () => {
  it('gives nothing when nobody is eligible, and the turns go on where they were', () => {
    const turns = turnsOf([2, 1]);

    expect(take(turns, 5, () => false).join('')).toBe('-----');
    expect(take(turns, 6).join('')).toBe('010010');
    expect(turnsOf([]).pick(() => true)).toBeUndefined();
  });

  it('shares out by weight among those that are eligible', () => {
    const picks = take(turnsOf([1, 9, 2]), 6, ({ name }) => name !== '1');

    expect(picks.join('')).toBe('202202');
  });

  it('owes nothing to an item that comes back, however long it was out', () => {
    const turns = turnsOf([1, 1]);
    take(turns, 10_000, ({ name }) => name === '0');

    expect(take(turns, 6).join('')).toBe('010101');
  });

  it('serves an item that is out at every second pick by its weight', () => {
    const turns = turnsOf([1, 1]);
    const picks = Array.from({ length: 100 }, (_, index) =>
      take(turns, 1, ({ name }) => name === '0' || index % 2 === 0),
    ).flat();

    expect(shares(picks, 2)).toStrictEqual([75, 25]);
  });

  it('gives each its share, one more or less, in every window after any outages', () => {
    const outages = fc.array(fc.nat({ max: 63 }), { maxLength: 200 });
    fc.assert(
      fc.property(someWeights, outages, (weights, masks) => {
        const turns = turnsOf(weights);
        for (const mask of masks) {
          take(turns, 1, ({ name }) => ((mask >> Number(name)) & 1) === 1);
        }
        const total = sum(weights);
        const counted = windows(take(turns, 2 * total), total, weights.length);
        const differences = counted.flatMap((counts) =>
          counts.map((count, index) => Math.abs(count - (weights[index] ?? 0))),
        );

        expect(Math.max(...differences)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('SmoothWeightedRoundRobin under load', () => {
  it('keeps the shares when a provider slows down tenfold', () => {
    const slow = new SimulatedProvider('slow', { weight: 3 });
    const other = new SimulatedProvider('other', { weight: 1 });
    const simulation = new LoadSimulation(new SmoothWeightedRoundRobin([slow, other]), [
      slow,
      other,
    ]);

    simulation.run(60_000);
    slow.slowdown = 10;

    expect(simulation.run(120_000)['slow']).toBeCloseTo(0.75, 2);
  });
});
