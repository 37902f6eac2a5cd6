import { describe, expect, it } from '@jest/globals';
import { RestartBackoff } from './restart-backoff.js';

describe('RestartBackoff', () => {
  it('replaces the first at once and waits longer for each that follows, up to a bound', () => {
    const backoff = new RestartBackoff();

    const waits = Array.from({ length: 8 }, () => backoff.next(10));

    expect(waits).toStrictEqual([0, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  it('begins anew after one that has served for a while', () => {
    const backoff = new RestartBackoff();
    backoff.next(0);
    backoff.next(0);

    expect([backoff.next(60_000), backoff.next(59_999)]).toStrictEqual([0, 1000]);
  });
});
