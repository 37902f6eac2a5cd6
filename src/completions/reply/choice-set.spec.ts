import { describe, expect, it } from '@jest/globals';
import { ChoiceSet } from './choice-set.js';

/** @returns a set of these choices */
function setOf(...indexes: readonly number[]): ChoiceSet {
  const set = new ChoiceSet();
  indexes.forEach((index) => {
    set.add(index);
  });
  return set;
}

describe('ChoiceSet', () => {
  it('is empty at first', () => {
    expect(new ChoiceSet().size).toBe(0);
  });

  it('has each choice once', () => {
    expect(setOf(0, 1, 1, 30, 100, 100).size).toBe(4);
  });

  it.each([
    [0, 32],
    [0, 31],
    [1, 33],
    [5, 2 ** 32 + 5],
    [0, -32],
  ])('tells %d from %d', (one, other) => {
    expect(setOf(one, other).size).toBe(2);
  });

  it('takes over what another one has', () => {
    const set = setOf(0, 2, 40);

    set.addAll(setOf(2, 3, 40, 41));

    expect(set.size).toBe(5);
  });

  it('leaves the other one as it was', () => {
    const other = setOf(1, 50);

    setOf(0, 60).addAll(other);

    expect(other.size).toBe(2);
  });

  it('does not grow without end', () => {
    const set = setOf(...Array.from({ length: 20_000 }, (_, index) => 100 + index));

    expect(set.size).toBe(10_000);
  });

  it('can be emptied and used again', () => {
    const set = setOf(0, 40);

    set.clear();
    expect(set.size).toBe(0);

    set.add(40);
    expect(set.size).toBe(1);
  });
});
