import type { Clock } from '../../clock/index.js';
import type { ModelRoute, Provider, Remedy } from '../../providers/index.js';
import type { Backoff } from './backoff.js';

/** What can be done next to have a model answer. */
export type WalkStep =
  | { readonly kind: 'ask'; readonly provider: Provider }
  /** Whoever has just failed gets a pause; look again after `delay` ms. */
  | { readonly kind: 'wait'; readonly delay: number }
  | SpentStep;

/** Nobody is left, or all who are left are out. */
export interface SpentStep {
  readonly kind: 'spent';
  /** After how many ms somebody may be there again, if that is known. */
  readonly wait: number | undefined;
  /** Whether that one could still answer this request. */
  readonly isInTime: boolean;
}

/** What walks share. */
export interface WalkSettings {
  readonly clock: Clock;
  readonly backoff: Backoff;
  /** How many attempts one model gets. */
  readonly attempts: number;
}

/** What is remembered of a provider that was asked for this request. */
interface Visit {
  readonly provider: Provider;
  isRunning: boolean;
  /** Whether it must not be asked again: it was silent, or refuses our key. */
  isBarred: boolean;
  failures: number;
  /** Clock time until which it is left alone of our own accord, ms. */
  pausedUntil: number;
  /** Clock time until which it wants to be left alone, ms. */
  outUntil: number;
}

/** Somebody who might be asked. */
interface Prospect {
  readonly provider: Provider;
  /** After how many ms. */
  readonly wait: number;
  /** Whether it is out, and does not merely get a pause from us. */
  readonly isOut: boolean;
}

/**
 * One request's way over the providers of one model: first those that have not been asked yet, in
 * the order of the routing strategy, then the same again after a pause. It remembers only what this
 * request has seen; what everybody has seen is in each provider's health.
 */
export class RouteWalk {
  readonly #visits: Visit[] = [];
  #asked = 0;
  #isClosed = false;

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

  /** How many attempts there have been. */
  get asked(): number {
    return this.#asked;
  }

  next(): WalkStep {
    if (this.#isClosed) {
      return spent(undefined);
    }
    if (this.#asked >= this.settings.attempts) {
      return spent(soonestOf(this.#prospects())?.wait);
    }
    const provider = this.pickFresh();
    return provider === undefined ? this.#again() : { kind: 'ask', provider };
  }

  /** @returns a provider that this request has not asked yet and that is well; it counts as asked */
  pickFresh(): Provider | undefined {
    const provider = this.route.pick((one) => this.#isFresh(one), this.affinityKey);
    return provider === undefined ? undefined : this.#visit(provider);
  }

  /**
   * An attempt failed before it had anything to show.
   *
   * @param requestedWait - how long the provider asked to be left alone, ms
   */
  failed(provider: Provider, remedy: Remedy, requestedWait = 0): void {
    const visit = this.#visits.find((one) => one.provider === provider);
    if (visit === undefined) {
      return;
    }
    const now = this.settings.clock.now();
    visit.isRunning = false;
    visit.isBarred ||= remedy === 'elsewhere';
    visit.outUntil = now + requestedWait;
    // Who says «at once» gets a pause all the same.
    if (remedy === 'back_off' || (remedy === 'wait' && requestedWait === 0)) {
      visit.pausedUntil = now + this.settings.backoff.delay(visit.failures);
      visit.failures += 1;
    }
  }

  /** No provider of this model can answer the request. */
  close(): void {
    this.#isClosed = true;
  }

  #isFresh(provider: Provider): boolean {
    return (
      !this.#visits.some((visit) => visit.provider === provider) &&
      this.#canAnswerAfter(0, provider) &&
      this.#healthWait(provider) === 0
    );
  }

  /** Whoever can be asked soonest: again, or at last. */
  #again(): WalkStep {
    const prospects = this.#prospects();
    const inTime = prospects.filter(({ wait, provider }) => this.#canAnswerAfter(wait, provider));
    const soonest = soonestOf(inTime);
    if (soonest === undefined) {
      return spent(soonestOf(prospects)?.wait);
    }
    const { provider, wait } = soonest;
    if (wait <= 0) {
      return { kind: 'ask', provider: this.#visit(provider) };
    }
    return inTime.every(({ isOut }) => isOut)
      ? { kind: 'spent', wait, isInTime: true }
      : { kind: 'wait', delay: wait };
  }

  /** Who might still be asked, and when. */
  #prospects(): Prospect[] {
    const now = this.settings.clock.now();
    const prospects: Prospect[] = [];
    for (const provider of this.route.providers) {
      const visit = this.#visits.find((one) => one.provider === provider);
      if (visit === undefined || !(visit.isBarred || visit.isRunning)) {
        const out = Math.max(this.#healthWait(provider), (visit?.outUntil ?? 0) - now);
        const wait = Math.max(out, (visit?.pausedUntil ?? 0) - now);
        prospects.push({ provider, wait, isOut: out > 0 });
      }
    }
    return prospects;
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
        pausedUntil: 0,
        outUntil: 0,
      });
    } else {
      visit.isRunning = true;
    }
    return provider;
  }

  #healthWait(provider: Provider): number {
    return provider.health.waitFor(provider.models.map(this.model) ?? this.model);
  }

  /** Whether `provider` has any time left for its answer when it is asked after `wait` ms. */
  #canAnswerAfter(wait: number, provider: Provider): boolean {
    const { clock } = this.settings;
    return clock.now() + wait < this.requestStartedAt + provider.timeouts.total;
  }
}

function spent(wait: number | undefined): SpentStep {
  return { kind: 'spent', wait, isInTime: false };
}

function soonestOf(prospects: readonly Prospect[]): Prospect | undefined {
  const soonest = Math.min(...prospects.map(({ wait }) => wait));
  return prospects.find(({ wait }) => wait === soonest);
}
