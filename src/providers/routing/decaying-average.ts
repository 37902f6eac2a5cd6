/**
 * The mean of all observations, each weighed by e^(-age / timeConstant) (E. Cohen & M. Strauss,
 * "Maintaining time-decaying stream aggregates", PODS 2003). At a steady rate that is the moving
 * average that Finagle's and linkerd's PeakEwma keep. Where observations are few, they count alike,
 * so that the first one, or the first after a long silence, is not all there is for long.
 *
 * Unlike PeakEwma it does not jump to a peak: how long a model takes to its first token depends on
 * the prompt, and one long prompt says nothing of the provider. Nor does it fade while nothing is
 * observed: fastest.ts tells what that would do to rare traffic.
 */
export class DecayingAverage {
  #average: number | undefined;
  /** The weights of all observations at the time of the last one. */
  #weight = 0;
  #observedAt = -Infinity;

  /** @param timeConstant - above 0, in the unit of the clock (ms) */
  constructor(private readonly timeConstant: number) {}

  /** undefined: nothing was observed yet. */
  get value(): number | undefined {
    return this.#average;
  }

  /**
   * @param observed - anything but a finite number is ignored
   * @param now - clock time; never lower than before
   */
  observe(observed: number, now: number): void {
    if (!Number.isFinite(observed) || !Number.isFinite(now)) {
      return;
    }
    const elapsed = Math.max(0, now - this.#observedAt);
    const average = this.#average ?? observed;
    this.#weight = this.#weight * Math.exp(-elapsed / this.timeConstant) + 1;
    this.#average = average + (observed - average) / this.#weight;
    this.#observedAt = now;
  }
}
