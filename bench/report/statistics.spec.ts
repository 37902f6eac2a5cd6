import { describe, expect, it } from '@jest/globals';
import { quantileOfSorted, spreadOf } from './statistics.ts';

describe('the spread of values', () => {
  it('is that of the sorted ones', () => {
    expect(spreadOf([5, 1, 4, 2, 30])).toStrictEqual({
      median: 4,
      lowest: 1,
      highest: 30,
      lower: 2,
      upper: 5,
    });
  });

  it('has its median between the two in the middle', () => {
    expect(spreadOf([1, 2, 4, 9])?.median).toBe(3);
  });

  it('is not there for no values', () => {
    expect(spreadOf([])).toBeUndefined();
  });
});

describe('a quantile', () => {
  it.each([
    [0.5, 50],
    [0.99, 99],
    [0.999, 100],
    [0, 1],
  ])('of %d is the nearest rank', (share, value) => {
    const sorted = Array.from({ length: 100 }, (_, index) => index + 1);

    expect(quantileOfSorted(sorted, share)).toBe(value);
  });

  it('of nothing is nothing', () => {
    expect(quantileOfSorted([], 0.5)).toBe(0);
  });
});
