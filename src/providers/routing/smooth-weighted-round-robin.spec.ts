import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SmoothWeightedRoundRobin, type Weighted } from './smooth-weighted-round-robin.js';

interface Item extends Weighted {
  readonly name: string;
}

function itemsOf(weights: readonly number[]): [Item, ...Item[]] {
  const [first = 1, ...others] = weights;
  return [
    { name: '0', weight: first },
    ...others.map((weight, index) => ({ name: String(index + 1), weight })),
  ];
}

function picksOf(weights: readonly number[], count: number): string[] {
  const turns = new SmoothWeightedRoundRobin(itemsOf(weights));
  return Array.from({ length: count }, () => turns.pick().name);
}

function shares(picks: readonly string[], items: number): number[] {
  const counts = new Array<number>(items).fill(0);
  for (const name of picks) {
    counts[Number(name)] = (counts[Number(name)] ?? 0) + 1;
  }
  return counts;
}

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
      fc.property(
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 6 }),
        (weights) => {
          const total = weights.reduce((sum, weight) => sum + weight, 0);
          const picks = picksOf(weights, 3 * total);
          const windows = Array.from({ length: 2 * total + 1 }, (_, start) =>
            shares(picks.slice(start, start + total), weights.length).join(),
          );

          expect(new Set(windows)).toStrictEqual(new Set([weights.join()]));
        },
      ),
    );
  });

  it('is as exact after a million picks of heavy items', () => {
    const weights = [10_000, 9_999, 1];
    const turns = new SmoothWeightedRoundRobin(itemsOf(weights));
    for (let pick = 0; pick < 50 * 20_000 + 7; pick += 1) {
      turns.pick();
    }

    const window = Array.from({ length: 20_000 }, () => turns.pick().name);

    expect(shares(window, 3)).toStrictEqual(weights);
  });
});
