import type { Clock, Timer } from '../clock/index.js';

/** Rings whenever nothing was sent to a waiting client for a while. */
export class Keepalive {
  #timer: Timer | undefined;
  #lastSentAt: number;

  /**
   * @param interval - after how long without a byte it rings, ms; 0: never
   * @param ring - sends a sign of life
   */
  constructor(
    private readonly clock: Clock,
    private readonly interval: number,
    private readonly ring: () => void,
  ) {
    this.#lastSentAt = clock.now();
    if (interval > 0) {
      this.#arm(interval);
    }
  }

  /** Something was sent. */
  sent(): void {
    this.#lastSentAt = this.clock.now();
  }

  stop(): void {
    this.#timer?.clear();
  }

  #arm(delay: number): void {
    this.#timer = this.clock.setTimer(delay, () => {
      const silence = this.clock.now() - this.#lastSentAt;
      if (silence >= this.interval) {
        this.#arm(this.interval);
        this.ring();
      } else {
        this.#arm(this.interval - silence);
      }
    });
  }
}
