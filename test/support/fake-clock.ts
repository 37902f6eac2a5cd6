import { Clock, type Timer } from '../../src/clock/index.js';

interface PendingTimer {
  readonly dueAt: number;
  readonly callback: () => void;
}

const STARTS_AT = 1_000_000;

/** A clock that stands still until a test moves it. */
export class FakeClock extends Clock {
  #now = STARTS_AT;
  readonly #timers = new Set<PendingTimer>();

  /** How many timers are set. */
  get pending(): number {
    return this.#timers.size;
  }

  override now(): number {
    return this.#now;
  }

  /** Moves with `now`; begins at 2026-01-01T00:00:00Z. */
  override date(): number {
    return Date.UTC(2026, 0) + this.#now - STARTS_AT;
  }

  override setTimer(delay: number, callback: () => void): Timer {
    const timer = { dueAt: this.#now + delay, callback };
    this.#timers.add(timer);
    return {
      clear: () => {
        this.#timers.delete(timer);
      },
    };
  }

  /**
   * Moves time on and runs what falls due on the way, in order; timers that these set are run too
   * when they fall due within it.
   *
   * @param duration - ms
   */
  advance(duration: number): void {
    const target = this.#now + duration;
    for (let next = this.#nextDue(target); next !== undefined; next = this.#nextDue(target)) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.dueAt);
      next.callback();
    }
    this.#now = target;
  }

  #nextDue(target: number): PendingTimer | undefined {
    let earliest: PendingTimer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueAt <= target && (earliest === undefined || timer.dueAt < earliest.dueAt)) {
        earliest = timer;
      }
    }
    return earliest;
  }
}
