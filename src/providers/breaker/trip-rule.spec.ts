import { describe, expect, it } from '@jest/globals';
import { AnyOf, ConsecutiveFailures, FailureRatio, tripRuleOf } from './trip-rule.js';

function counts(
  successes: number,
  failures: number,
  consecutiveFailures = 0,
): { successes: number; failures: number; consecutiveFailures: number } {
  return { successes, failures, consecutiveFailures };
}

describe('FailureRatio', () => {
  it.each([
    [0, 0, false],
    [0, 9, false],
    [5, 4, false],
    [5, 5, true],
    [6, 4, false],
    [0, 10, true],
    [51, 50, false],
    [50, 51, true],
  ])('with half and 10 samples, on %d successes and %d failures: %s', (successes, failures, is) => {
    expect(new FailureRatio(0.5, 10).shouldTrip(counts(successes, failures))).toBe(is);
  });

  it('of one trips only when all fail', () => {
    const rule = new FailureRatio(1, 2);

    expect(rule.shouldTrip(counts(1, 99))).toBe(false);
    expect(rule.shouldTrip(counts(0, 2))).toBe(true);
  });
});

describe('ConsecutiveFailures', () => {
  it.each([
    [4, false],
    [5, true],
    [6, true],
  ])('of 5, on %d in a row: %s', (row, is) => {
    expect(new ConsecutiveFailures(5).shouldTrip(counts(1000, row, row))).toBe(is);
  });
});

describe('AnyOf', () => {
  const always = { shouldTrip: () => true };
  const never = { shouldTrip: () => false };

  it.each([
    [[], false],
    [[never, never], false],
    [[never, always], true],
    [[always, never], true],
  ])('trips when one does (%#)', (rules, is) => {
    expect(new AnyOf(rules).shouldTrip(counts(1, 1))).toBe(is);
  });
});

describe('tripRuleOf', () => {
  const rule = tripRuleOf({
    failureRatio: 0.5,
    minSamples: 10,
    consecutiveFailures: 5,
    window: 30_000,
    openFor: 5000,
    maxOpen: 30_000,
    probes: 1,
  });

  it('trips on a row of failures', () => {
    expect(rule.shouldTrip(counts(100, 5, 5))).toBe(true);
  });

  it('trips on a ratio of failures', () => {
    expect(rule.shouldTrip(counts(5, 5, 1))).toBe(true);
  });

  it('does not trip on fewer', () => {
    expect(rule.shouldTrip(counts(100, 4, 4))).toBe(false);
  });
});
