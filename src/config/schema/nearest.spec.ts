import { describe, expect, it } from '@jest/globals';
import { nearest } from './nearest.js';

describe('nearest', () => {
  it.each([
    ['leastbusy', 'least_busy'],
    ['FASTEST', 'fastest'],
    ['random', undefined],
    ['', undefined],
  ])('for %j finds %j', (written, expected) => {
    expect(nearest(written, ['weighted', 'least_busy', 'fastest'])).toBe(expected);
  });

  it('finds nothing among nothing', () => {
    expect(nearest('a', [])).toBeUndefined();
  });

  it('keeps the case of what it finds', () => {
    expect(nearest('llama-3', ['Llama-3'])).toBe('Llama-3');
  });
});
