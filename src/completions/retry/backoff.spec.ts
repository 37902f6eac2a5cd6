import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SeededRandom } from '../../../test/support/seeded-random.js';
import { Random } from '../../random/index.js';
import { Backoff } from './backoff.js';

const SETTINGS = { backoff: 500, maxBackoff: 8000 };

class FixedRandom extends Random {
  constructor(private readonly value: number) {
    super();
  }

  override next(): number {
    return this.value;
  }
}

describe('Backoff', () => {
  it('doubles the longest wait with each retry, up to the longest of all', () => {
    const backoff = new Backoff(new FixedRandom(0.5), SETTINGS);

    const delays = [0, 1, 2, 3, 4, 5, 100].map((retry) => backoff.delay(retry));

    expect(delays).toStrictEqual([250, 500, 1000, 2000, 4000, 4000, 4000]);
  });

  it('may not wait at all', () => {
    expect(new Backoff(new FixedRandom(0), SETTINGS).delay(3)).toBe(0);
  });

  it('spreads the waits evenly over the whole range', () => {
    const backoff = new Backoff(new SeededRandom(7), SETTINGS);
    const quarters = [0, 0, 0, 0];

    for (let draw = 0; draw < 4000; draw += 1) {
      const quarter = Math.floor(backoff.delay(1) / 250);
      quarters[quarter] = (quarters[quarter] ?? 0) + 1;
    }

    expect(quarters).toHaveLength(4);
    for (const share of quarters) {
      expect(share).toBeGreaterThan(900);
      expect(share).toBeLessThan(1100);
    }
  });

  it('is a number of ms from nothing to the longest wait, for any settings and retry', () => {
    fc.assert(
      fc.property(
        fc.nat(1_000_000),
        fc.nat(10_000_000),
        fc.nat(10_000),
        fc.integer(),
        (backoff, maxBackoff, retry, seed) => {
          const delay = new Backoff(new SeededRandom(seed), { backoff, maxBackoff }).delay(retry);

          expect(delay).toBeGreaterThanOrEqual(0);
          expect(delay).toBeLessThanOrEqual(maxBackoff);
        },
      ),
    );
  });
});
