import type { Random } from '../../random/index.js';

/** How long to wait before a request is sent to the same provider again. */
export interface BackoffSettings {
  /** The longest first wait, ms; it doubles with each retry. */
  readonly backoff: number;
  /** The longest wait of all, ms. */
  readonly maxBackoff: number;
}

/** More would leave the numbers that a double can hold. */
const MOST_DOUBLINGS = 50;

/**
 * Exponential backoff with full jitter (Marc Brooker, "Exponential Backoff And Jitter",
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/): each wait is drawn
 * evenly from nothing to a limit that doubles. So requests that failed together come back spread
 * out, which costs the provider the least work and them the least time.
 */
export class Backoff {
  constructor(
    private readonly random: Random,
    private readonly settings: BackoffSettings,
  ) {}

  /**
   * @param retry - how many retries there were before this one; 0: none
   * @returns ms
   */
  delay(retry: number): number {
    const { backoff, maxBackoff } = this.settings;
    return (
      this.random.next() * Math.min(maxBackoff, backoff * 2 ** Math.min(retry, MOST_DOUBLINGS))
    );
  }
}
