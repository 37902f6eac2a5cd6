import { describe, expect, it } from '@jest/globals';
import { OutcomeWindow } from './outcome-window.js';

function countsOf({ successes, failures, consecutiveFailures }: OutcomeWindow): unknown {
  return { successes, failures, consecutiveFailures };
}

describe('OutcomeWindow', () => {
  it('is empty at first', () => {
    expect(countsOf(new OutcomeWindow(1000))).toStrictEqual({
      successes: 0,
      failures: 0,
      consecutiveFailures: 0,
    });
  });

  it('counts successes and failures apart', () => {
    const window = new OutcomeWindow(1000);

    window.fail(100);
    window.succeed(200);
    window.succeed(300);

    expect(countsOf(window)).toStrictEqual({
      successes: 2,
      failures: 1,
      consecutiveFailures: 0,
    });
  });

  it('counts the failures since the latest success', () => {
    const window = new OutcomeWindow(1000);

    window.fail(100);
    window.succeed(200);
    window.fail(300);
    window.fail(400);

    expect(window.consecutiveFailures).toBe(2);
  });

  it('forgets successes and failures that are older than the window', () => {
    const window = new OutcomeWindow(1000);
    window.succeed(100);
    window.fail(200);

    window.succeed(1150);
    expect(countsOf(window)).toMatchObject({ successes: 1, failures: 1 });

    window.succeed(1250);
    expect(countsOf(window)).toMatchObject({ successes: 2, failures: 0 });
  });

  it('keeps count of failures in a row, however far apart', () => {
    const window = new OutcomeWindow(1000);

    window.fail(0);
    window.fail(100_000);

    expect(countsOf(window)).toStrictEqual({
      successes: 0,
      failures: 1,
      consecutiveFailures: 2,
    });
  });

  it('starts anew when it is cleared', () => {
    const window = new OutcomeWindow(1000);
    window.succeed(100);
    window.fail(100);

    window.clear();

    expect(countsOf(window)).toStrictEqual({
      successes: 0,
      failures: 0,
      consecutiveFailures: 0,
    });
  });
});
