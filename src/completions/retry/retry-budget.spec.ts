import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { RetryBudget } from './retry-budget.js';

function create(budget: number, budgetFloor: number): { clock: FakeClock; retries: RetryBudget } {
  const clock = new FakeClock();
  return { clock, retries: new RetryBudget(clock, { budget, budgetFloor }) };
}

function request(retries: RetryBudget, times: number): void {
  for (let time = 0; time < times; time += 1) {
    retries.recordRequest();
  }
}

/** Takes what it can get, up to a number of times. */
function take(retries: RetryBudget, times: number): number {
  return Array.from({ length: times }, () => retries.tryTake()).filter(Boolean).length;
}

describe('RetryBudget', () => {
  it('allows a part of the requests to be retried', () => {
    const { retries } = create(0.2, 0);
    request(retries, 50);

    expect(take(retries, 50)).toBe(10);
  });

  it('allows none where there is no request and no floor', () => {
    const { retries } = create(0.2, 0);

    expect(retries.tryTake()).toBe(false);
  });

  it('allows a few a second whatever comes', () => {
    const { clock, retries } = create(0.2, 1);

    expect(take(retries, 50)).toBe(10);
    clock.advance(10_000);
    expect(take(retries, 50)).toBe(10);
  });

  it('adds the floor to the part', () => {
    const { retries } = create(0.2, 1);
    request(retries, 50);

    expect(take(retries, 50)).toBe(20);
  });

  it('says how many are left', () => {
    const { retries } = create(0.2, 1);
    request(retries, 14);
    expect(retries.left).toBe(12);

    take(retries, 3);
    expect(retries.left).toBe(9);

    take(retries, 50);
    expect(retries.left).toBe(0);
  });

  it('forgets requests and retries that are older than ten seconds', () => {
    const { clock, retries } = create(0.2, 0);
    request(retries, 50);
    clock.advance(5000);
    take(retries, 4);

    clock.advance(5000);
    expect(retries.left).toBe(0);
    expect(retries.tryTake()).toBe(false);

    clock.advance(5000);
    request(retries, 50);
    expect(retries.left).toBe(10);
  });

  it('has nothing left, rather than a debt, when the requests are older than the retries', () => {
    const { clock, retries } = create(1, 0);
    request(retries, 10);
    clock.advance(9000);
    take(retries, 10);

    clock.advance(1000);

    expect(retries.left).toBe(0);
  });

  it('allows nothing when it is nothing', () => {
    const { retries } = create(0, 0);
    request(retries, 1000);

    expect(take(retries, 10)).toBe(0);
  });

  it('does not let an outage add more than its part and the floor, minute after minute', () => {
    const { clock, retries } = create(0.2, 1);
    let taken = 0;

    // Twenty requests a second, each of which wants two retries.
    for (let second = 0; second < 60; second += 1) {
      for (let turn = 0; turn < 20; turn += 1) {
        retries.recordRequest();
        taken += take(retries, 2);
        clock.advance(50);
      }
    }

    const requests = 60 * 20;
    expect(taken).toBeLessThanOrEqual(0.2 * requests + 60 + 10);
    expect(taken).toBeGreaterThan(0.2 * requests);
  });

  it('never allows more within a window than the part of its requests and the floor', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(20),
        fc.array(
          fc.record({
            pause: fc.nat(3000),
            requests: fc.nat(30),
            attempts: fc.nat(30),
          }),
          { maxLength: 40 },
        ),
        (budget, floor, steps) => {
          const { clock, retries } = create(budget, floor);
          const requested: number[] = [];
          const taken: number[] = [];
          for (const { pause, requests, attempts } of steps) {
            clock.advance(pause);
            const now = clock.now();
            request(retries, requests);
            requested.push(...new Array<number>(requests).fill(now));

            const { left } = retries;
            const got = take(retries, attempts);
            taken.push(...new Array<number>(got).fill(now));

            expect(got).toBe(Math.min(left, attempts));
            // The window slides in steps of a second: a retry may leave it that much too early.
            const recent = (time: number): boolean => now - time < 9000;
            const allowed = budget * requested.filter((time) => now - time < 10_000).length;
            expect(got === 0 || taken.filter(recent).length <= allowed + 10 * floor).toBe(true);
          }
        },
      ),
    );
  });
});
