/** A timer that has been set and may still be cleared. */
export interface Timer {
  /** Makes sure the callback will not run; harmless when it already did. */
  clear(): void;
}

/**
 * The one source of time. Whatever waits or measures takes a clock, so that a test can move time
 * by hand and never sleeps.
 */
export abstract class Clock {
  /** Milliseconds since some fixed moment; never goes backwards; with fractions. */
  abstract now(): number;

  /** Milliseconds since 1970, as the machine's calendar has it; it may be set and so jump. */
  abstract date(): number;

  /** Runs `callback` once, `delay` ms from now. The timer does not keep the process alive. */
  abstract setTimer(delay: number, callback: () => void): Timer;
}
