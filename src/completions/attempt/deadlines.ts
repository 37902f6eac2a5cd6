import type { Clock, Timer } from '../../clock/index.js';
import type { Timeouts } from '../../config/index.js';
import type { DeadlinePhase } from '../../errors/index.js';

/**
 * The deadlines of one attempt, with one timer for all of them: it rings for whichever is nearest,
 * and when the attempt has moved on in the meantime it is set again. So activity costs an
 * assignment, not a timer.
 */
export class Deadlines {
  readonly #totalAt: number;
  #phase: DeadlinePhase = 'connect';
  #phaseDuration: number;
  #phaseEndsAt: number;
  #isSuspended = false;
  #timer: Timer | undefined;
  #ringsAt = Infinity;

  /**
   * @param timeouts - ms
   * @param requestStartedAt - clock time from which the total deadline counts: retries share it, ms
   * @param onExpired - called once, with the deadline that passed
   */
  constructor(
    private readonly clock: Clock,
    private readonly timeouts: Timeouts,
    requestStartedAt: number,
    private readonly onExpired: (phase: DeadlinePhase) => void,
  ) {
    const now = clock.now();
    this.#totalAt = requestStartedAt + timeouts.total;
    this.#phaseDuration = timeouts.connect;
    this.#phaseEndsAt = now + timeouts.connect;
    this.#arm(now);
  }

  /** A connection is there: now the first token is waited for, or, with no stream, the answer. */
  connected(isStreamed: boolean): void {
    if (this.#phase === 'connect') {
      this.#enter('first_token', isStreamed ? this.timeouts.firstToken : Infinity);
    }
  }

  /** Something of the answer came: from now on only a pause between two parts is waited for. */
  progressed(): void {
    this.#enter('idle', this.timeouts.idle);
  }

  /** The client is slow and the provider held back: its silence is our own doing. */
  suspend(): void {
    this.#isSuspended = true;
    this.#phaseEndsAt = Infinity;
  }

  /** The provider may go on: its time begins anew. */
  resume(): void {
    this.#isSuspended = false;
    this.#enter(this.#phase, this.#phaseDuration);
  }

  clear(): void {
    this.#timer?.clear();
  }

  #enter(phase: DeadlinePhase, duration: number): void {
    const now = this.clock.now();
    this.#phase = phase;
    this.#phaseDuration = duration;
    this.#phaseEndsAt = this.#isSuspended ? Infinity : now + duration;
    // A timer that rings too early is set again then; only a nearer end needs a new one now.
    if (this.#phaseEndsAt < this.#ringsAt) {
      this.#timer?.clear();
      this.#arm(now);
    }
  }

  #arm(now: number): void {
    this.#ringsAt = Math.min(this.#phaseEndsAt, this.#totalAt);
    this.#timer = this.clock.setTimer(Math.max(0, this.#ringsAt - now), () => {
      this.#ring();
    });
  }

  #ring(): void {
    const now = this.clock.now();
    if (now >= this.#totalAt) {
      this.onExpired('total');
    } else if (now >= this.#phaseEndsAt) {
      this.onExpired(this.#phase);
    } else {
      this.#arm(now);
    }
  }
}
