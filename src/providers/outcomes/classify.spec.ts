import { describe, expect, it } from '@jest/globals';
import type { AttemptOutcome } from './attempt-outcome.js';
import { outcomeOfStatus } from './classify.js';

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
    [529, 'broken'],
    [599, 'broken'],
    [999, 'broken'],
  ])('reads %d as %s', (status, outcome) => {
    expect(outcomeOfStatus(status)).toBe(outcome);
  });
});
