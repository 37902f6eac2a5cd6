import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mixed, textHash } from './text-hash.js';

const wholeNumber = fc.integer({ min: 0, max: 2 ** 32 - 1 });

/** @returns how many bits two 32-bit numbers differ in */
function distance(left: number, right: number): number {
  let bits = left ^ right;
  let count = 0;
  while (bits !== 0) {
    bits &= bits - 1;
    count += 1;
  }
  return count;
}

describe('mixed', () => {
  it('is the finaliser of MurmurHash3', () => {
    expect([0, 1, 0xffffffff].map(mixed)).toStrictEqual([0, 0x514e28b7, 0x81f16f39]);
  });

  it('changes half of the bits, on average, for any one that changes', () => {
    const distances = Array.from({ length: 32 * 200 }, (_, index) => {
      const bits = Math.imul(index, 0x9e3779b1) >>> 0;
      return distance(mixed(bits), mixed((bits ^ (1 << (index % 32))) >>> 0));
    });
    const mean = distances.reduce((sum, bits) => sum + bits, 0) / distances.length;

    expect(mean).toBeGreaterThan(15.5);
    expect(mean).toBeLessThan(16.5);
  });
});

describe('textHash', () => {
  it('is FNV-1a, mixed, where all characters are ASCII', () => {
    // From the test vectors of RFC 9923.
    expect(textHash('')).toBe(mixed(0x811c9dc5));
    expect(textHash('a')).toBe(mixed(0xe40c292c));
    expect(textHash('foobar')).toBe(mixed(0xbf9cf968));
  });

  it('is a whole number of 32 bits, the same for the same text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const hash = textHash(text);

        expect(hash).toBe(textHash(`${text}x`.slice(0, -1)));
        expect(Number.isInteger(hash) && hash >= 0 && hash < 2 ** 32).toBe(true);
      }),
    );
  });

  it('tells characters apart beyond the first 256', () => {
    expect(textHash('\u0161')).not.toBe(textHash('a'));
    expect(textHash('😀')).not.toBe(textHash('😁'));
  });

  it('spreads texts that differ in their last digits', () => {
    const buckets = new Array<number>(16).fill(0);
    for (let id = 0; id < 16_000; id += 1) {
      const bucket = textHash(`user-${id}`) % 16;
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }

    expect(Math.min(...buckets)).toBeGreaterThan(880);
    expect(Math.max(...buckets)).toBeLessThan(1120);
  });

  it('mixes to a different number for each', () => {
    fc.assert(
      fc.property(wholeNumber, wholeNumber, (left, right) => {
        expect(mixed(left) === mixed(right)).toBe(left === right);
      }),
    );
  });
});
