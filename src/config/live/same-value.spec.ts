import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Secret } from '../secret.js';
import { sameValue } from './same-value.js';

describe('sameValue', () => {
  it.each([
    [new Secret('a', 'from ${A}'), new Secret('a', 'in the file'), true],
    [new Secret('a', 'from ${A}'), new Secret('b', 'from ${A}'), false],
    [new Secret('a'), undefined, false],
    [new Secret('a'), 'direct', false],
    [{ key: new Secret('a') }, { key: new Secret('b') }, false],
    [new Map([['a', 1]]), new Map([['a', 1]]), true],
    [new Map([['a', 1]]), new Map([['a', 2]]), false],
    [new Map([['a', 1]]), { a: 1 }, false],
    [new Map([['h', new Secret('a')]]), new Map([['h', new Secret('b')]]), false],
    [[1, 2], [1, 2], true],
    [[1, 2], [2, 1], false],
    [[1], [1, 2], false],
    [{ a: 1 }, { a: 1, b: undefined }, true],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [{}, [], false],
    [null, {}, false],
  ])('%p and %p: %p', (left, right, expected) => {
    expect(sameValue(left, right)).toBe(expected);
    expect(sameValue(right, left)).toBe(expected);
  });

  it('finds every value the same as a copy of it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(sameValue(value, structuredClone(value))).toBe(true);
      }),
    );
  });
});
