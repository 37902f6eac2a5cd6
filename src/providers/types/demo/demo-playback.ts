import type { Clock, Timer } from '../../../clock/index.js';
import type { UpstreamExchange, UpstreamListener } from '../../upstream/upstream.js';

/** One thing to send, and when. */
export interface Frame {
  /** Milliseconds after the call began. */
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** Plays an answer to its listener at its own pace, with one timer, and holds still on demand. */
export class DemoPlayback implements UpstreamExchange {
  readonly #startedAt: number;
  #next = 0;
  #timer: Timer | undefined;
  #paused = false;
  #over = false;
  #responded = false;

  constructor(
    private readonly clock: Clock,
    private readonly status: number,
    private readonly contentType: string,
    private readonly frames: readonly Frame[],
    private readonly listener: UpstreamListener,
  ) {
    this.#startedAt = clock.now();
  }

  start(): void {
    this.listener.onConnected();
    this.#schedule();
  }

  pause(): void {
    this.#paused = true;
    this.#timer?.clear();
  }

  resume(): void {
    if (this.#paused && !this.#over) {
      this.#paused = false;
      this.#schedule();
    }
  }

  cancel(): void {
    this.#over = true;
    this.#timer?.clear();
  }

  #schedule(): void {
    const due = this.frames[this.#next]?.at ?? 0;
    // Whole milliseconds: timers cut fractions off, and what rings too early has to be set again.
    const delay = Math.max(0, Math.ceil(due - (this.clock.now() - this.#startedAt)));
    this.#timer = this.clock.setTimer(delay, () => {
      this.#play();
    });
  }

  #play(): void {
    if (!this.#responded) {
      this.#responded = true;
      this.listener.onResponse(this.status, { 'content-type': this.contentType });
    }
    const elapsed = this.clock.now() - this.#startedAt;
    while (this.#isPlaying()) {
      const frame = this.frames[this.#next];
      if (frame === undefined) {
        this.#over = true;
        this.listener.onEnd();
      } else if (frame.at > elapsed) {
        this.#schedule();
        return;
      } else {
        this.#next += 1;
        this.listener.onData(frame.bytes);
      }
    }
  }

  /** The listener may pause or cancel at any frame. */
  #isPlaying(): boolean {
    return !this.#paused && !this.#over;
  }
}
