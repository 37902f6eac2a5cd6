import type { Clock } from '../../clock/index.js';
import type { ModelRoute, Provider, Remedy } from '../../providers/index.js';
import type { Backoff } from './backoff.js';

/** What can be done next to have a model answer. */
export type WalkStep =
  | { readonly kind: 'ask'; readonly provider: Provider }
  /** Nobody can be asked now; look again after `delay` ms. */
  | { readonly kind: 'wait'; readonly delay: number }
  /** Nobody is left; `wait` is after how many ms somebody may be there again, if that is known. */
  | { readonly kind: 'spent'; readonly wait: number | undefined };

/** What walks share. */
export interface WalkSettings {
  readonly clock: Clock;
  readonly backoff: Backoff;
  /** How many attempts one model gets. */
  readonly attempts: number;
  /** How long a request waits for a provider that is out or asked for a pause, ms in all. */
  readonly maxWait: number;
}

/**
 * After how long a request that waits for a provider which is out looks again, ms: another request's
 * probe may have found it well before its time.
 */
const LOOK_AGAIN = 500;

/** What is remembered of a provider that was asked for this request. */
interface Visit {
  readonly provider: Provider;
  isRunning: boolean;
  /** Whether it must not be asked again: it was silent, or refuses our key. */
  isBarred: boolean;
  failures: number;
  /** Clock time before which it is left alone, ms. */
  notBefore: number;
}

/**
 * One request's way over the providers of one model: first those that have not been asked yet, in
 * the order of the routing strategy, then the same again after a pause. It remembers only what this
 * request has seen; what everybody has seen is in each provider's health.
 */
export class RouteWalk {
  readonly #visits: Visit[] = [];
  #asked = 0;
  #waited = 0;

  /**
   * @param model - the client's name of the model
   * @param requestStartedAt - clock time from which the total deadline counts, ms
   */
  constructor(
    readonly model: string,
    private readonly route: ModelRoute,
    private readonly settings: WalkSettings,
    private readonly requestStartedAt: number,
    private readonly affinityKey: string | undefined,
  ) {}

  /** @param mayWait - whether there is nothing better to do than to wait for a provider */
  next(mayWait: boolean): WalkStep {
    if (this.#asked >= this.settings.attempts) {
      return { kind: 'spent', wait: undefined };
    }
    const provider = this.pickFresh();
    return provider === undefined ? this.#again(mayWait) : { kind: 'ask', provider };
  }

  /** @returns a provider that this request has not asked yet and that is well; it counts as asked */
  pickFresh(): Provider | undefined {
    const provider = this.route.pick(this.#isFresh, this.affinityKey);
    return provider === undefined ? undefined : this.#visit(provider);
  }

  /** An attempt failed before it had anything to show. */
  failed(provider: Provider, remedy: Remedy): void {
    const visit = this.#visits.find((one) => one.provider === provider);
    if (visit === undefined) {
      return;
    }
    visit.isRunning = false;
    visit.isBarred ||= remedy === 'elsewhere';
    if (remedy === 'back_off') {
      visit.notBefore = this.settings.clock.now() + this.settings.backoff.delay(visit.failures);
      visit.failures += 1;
    }
  }

  readonly #isFresh = (provider: Provider): boolean =>
    !this.#visits.some((visit) => visit.provider === provider) && this.#healthWait(provider) === 0;

  /** Whoever can be asked soonest: again, or at last. */
  #again(mayWait: boolean): WalkStep {
    const now = this.settings.clock.now();
    let nearest: Provider | undefined;
    let delay = Infinity;
    let isForHealth = false;
    for (const provider of this.route.providers) {
      const visit = this.#visits.find((one) => one.provider === provider);
      if (visit === undefined || !(visit.isBarred || visit.isRunning)) {
        const healthWait = this.#healthWait(provider);
        const wait = Math.max(healthWait, (visit?.notBefore ?? 0) - now);
        if (wait < delay) {
          [nearest, delay, isForHealth] = [provider, wait, healthWait > 0];
        }
      }
    }
    if (nearest === undefined) {
      return { kind: 'spent', wait: undefined };
    }
    if (delay <= 0) {
      return { kind: 'ask', provider: this.#visit(nearest) };
    }
    const isTooLong = isForHealth && (!mayWait || this.#waited + delay > this.settings.maxWait);
    if (isTooLong || now + delay >= this.requestStartedAt + nearest.timeouts.total) {
      return { kind: 'spent', wait: delay };
    }
    if (!isForHealth) {
      return { kind: 'wait', delay };
    }
    const pause = Math.min(delay, LOOK_AGAIN);
    this.#waited += pause;
    return { kind: 'wait', delay: pause };
  }

  #visit(provider: Provider): Provider {
    this.#asked += 1;
    const visit = this.#visits.find((one) => one.provider === provider);
    if (visit === undefined) {
      this.#visits.push({
        provider,
        isRunning: true,
        isBarred: false,
        failures: 0,
        notBefore: 0,
      });
    } else {
      visit.isRunning = true;
    }
    return provider;
  }

  #healthWait(provider: Provider): number {
    return provider.health.waitFor(provider.models.map(this.model) ?? this.model);
  }
}
