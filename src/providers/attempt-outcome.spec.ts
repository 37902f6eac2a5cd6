import { describe, expect, it } from '@jest/globals';
import { type AttemptOutcome, healthVerdict, outcomeOfStatus } from './attempt-outcome.js';

describe('outcomeOfStatus', () => {
  it.each<[number, AttemptOutcome]>([
    [200, 'success'],
    [204, 'success'],
    [299, 'success'],
    [300, 'broken'],
    [307, 'broken'],
    [400, 'rejected'],
    [401, 'credentials_refused'],
    [402, 'credentials_refused'],
    [403, 'credentials_refused'],
    [404, 'rejected'],
    [408, 'broken'],
    [409, 'broken'],
    [422, 'rejected'],
    [429, 'rate_limited'],
    [499, 'rejected'],
    [500, 'broken'],
    [503, 'broken'],
    [599, 'broken'],
    [999, 'broken'],
  ])('reads %d as %s', (status, outcome) => {
    expect(outcomeOfStatus(status)).toBe(outcome);
  });
});

describe('healthVerdict', () => {
  it.each<[AttemptOutcome, boolean | undefined]>([
    ['success', true],
    ['rate_limited', undefined],
    ['rejected', undefined],
    ['client_closed', undefined],
    ['broken', false],
    ['timeout', false],
    ['credentials_refused', false],
    ['interrupted', false],
  ])('takes %s for %s', (outcome, verdict) => {
    expect(healthVerdict(outcome)).toBe(verdict);
  });
});
