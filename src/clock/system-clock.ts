import { Clock, type Timer } from './clock.js';

/** The machine's monotonic clock and Node's timers. */
export class SystemClock extends Clock {
  override now(): number {
    return performance.now();
  }

  override date(): number {
    return Date.now();
  }

  override setTimer(delay: number, callback: () => void): Timer {
    const timeout = setTimeout(callback, delay).unref();
    return {
      clear: () => {
        clearTimeout(timeout);
      },
    };
  }
}
