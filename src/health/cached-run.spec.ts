import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { turns } from '../../test/support/waiting.js';
import { CachedRun } from './cached-run.js';

describe('CachedRun', () => {
  let clock: FakeClock;
  let finish: (result: number) => void;
  const run = jest.fn<() => Promise<number>>();
  let cached: CachedRun<number>;

  beforeEach(() => {
    clock = new FakeClock();
    run.mockReset().mockImplementation(
      () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    );
    cached = new CachedRun(clock, 10_000, run);
  });

  it('runs once for all who ask while it runs, however long that takes', async () => {
    const first = cached.get();
    clock.advance(1_000_000);
    const second = cached.get();
    finish(1);

    await expect(Promise.all([first, second])).resolves.toStrictEqual([1, 1]);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('keeps the result for a while after the run has ended', async () => {
    const first = cached.get();
    clock.advance(30_000);
    finish(1);
    await first;

    clock.advance(9_999);
    await expect(cached.get()).resolves.toBe(1);
    clock.advance(1);
    const next = cached.get();
    clock.advance(30_000);
    const meanwhile = cached.get();
    finish(2);

    await expect(Promise.all([next, meanwhile])).resolves.toStrictEqual([2, 2]);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('runs again in time after a run that failed against all promises', async () => {
    run.mockRejectedValueOnce(new Error('a bug'));
    await expect(cached.get()).rejects.toThrow('a bug');
    await turns();

    clock.advance(10_000);
    const next = cached.get();
    finish(2);

    await expect(next).resolves.toBe(2);
  });
});
