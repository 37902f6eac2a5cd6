import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SystemClock } from './system-clock.js';

describe('SystemClock', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('measures in milliseconds', () => {
    const clock = new SystemClock();
    const before = clock.now();

    jest.advanceTimersByTime(1500);

    expect(clock.now() - before).toBe(1500);
  });

  it('runs a callback once, when its time has come', () => {
    const callback = jest.fn();
    new SystemClock().setTimer(100, callback);

    jest.advanceTimersByTime(99);
    expect(callback).not.toHaveBeenCalled();

    jest.advanceTimersByTime(1000);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  it('does not run a callback whose timer was cleared', () => {
    const callback = jest.fn();

    new SystemClock().setTimer(100, callback).clear();
    jest.advanceTimersByTime(1000);

    expect(callback).not.toHaveBeenCalled();
  });

  it('may clear a timer that has run', () => {
    const timer = new SystemClock().setTimer(1, () => undefined);
    jest.advanceTimersByTime(1);

    expect(() => {
      timer.clear();
    }).not.toThrow();
  });

  it('keeps no process alive', () => {
    const unref = jest.fn();
    jest.spyOn(globalThis, 'setTimeout').mockReturnValue({ unref } as never);

    new SystemClock().setTimer(1, () => undefined);

    expect(unref).toHaveBeenCalledTimes(1);
  });
});
