import type { Clock } from '../../clock/index.js';
import { type AttemptOutcome, OUTCOMES } from '../outcomes/attempt-outcome.js';
import type { BreakerSettings } from './breaker-settings.js';
import { type BreakerState, CircuitBreaker, type Ticket } from './circuit-breaker.js';
import { ModelHealth } from './model-health.js';
import { RememberedModels } from './remembered-models.js';
import { type TripRule, tripRuleOf } from './trip-rule.js';

/** A breaker changed its state. */
export interface HealthChange {
  /** The provider's name of the model whose breaker it was; undefined: the provider's. */
  readonly model: string | undefined;
  readonly from: BreakerState['name'];
  readonly to: BreakerState['name'];
  /** How long nobody will be let through, ms; 0 unless it opened. */
  readonly openFor: number;
}

/** A request that goes to a provider. */
export interface HealthPermit {
  /**
   * Content has begun to come. Optional; a probe that tells spares the others the wait for the end
   * of its stream.
   */
  answering(): void;
  /**
   * The request has ended. Counts once; later calls do nothing.
   *
   * @param requestedWait - how long a rate limit lasts, if the provider said so, ms
   */
  end(outcome: AttemptOutcome, requestedWait?: number): void;
}

/** How a provider is, for people to read. */
export interface HealthSnapshot {
  readonly state: BreakerState['name'];
  /** ms until it may be asked; 0: now. */
  readonly wait: number;
  /** The models that are kept out on their own account. */
  readonly models: readonly ModelSnapshot[];
}

/** How a model is that its provider's breaker does not keep out. */
export interface ModelSnapshot {
  readonly model: string;
  readonly state: BreakerState['name'];
  /** ms until its breaker lets a request through; 0: now. */
  readonly wait: number;
  /** ms until its rate limit is over; 0: there is none. */
  readonly cooling: number;
}

/** Who refuses for the rate of requests and does not say for how long is left alone for this, ms. */
const DEFAULT_COOLDOWN = 1000;

const NO_TICKET: Ticket = -1;

/**
 * Whether one provider may be asked, as a whole and for each of its models.
 *
 * A failure counts for the provider and for the model. Whose breaker opens is put to the vote of
 * the models in use, each with its latest outcome: where at least as many do well as fail, the
 * failing model is at fault alone, otherwise the provider is. When there was no other model to vote,
 * the provider's breaker opens, but one other model may be tried in spite of it: if it does well,
 * the provider's breaker closes and the models that failed take its place outside.
 */
export class ProviderHealth {
  readonly #breaker: CircuitBreaker;
  readonly #models: RememberedModels;
  /** The ticket of the latest model that was tried although the provider was out. */
  #secondOpinion: Ticket = NO_TICKET;

  /** @param announce - called after each change of a breaker's state */
  constructor(
    private readonly clock: Clock,
    private readonly settings: BreakerSettings,
    private readonly announce: (change: HealthChange) => void,
  ) {
    const rule = tripRuleOf(settings);
    this.#breaker = new CircuitBreaker(
      settings,
      { shouldTrip: (counts) => rule.shouldTrip(counts) && !this.#isModelAtFault(clock.now()) },
      (from, to) => {
        this.#tell(undefined, from, to);
        this.#providerMoved(from, to);
      },
    );
    this.#models = new RememberedModels((model) => this.#createModel(model, rule));
  }

  /**
   * @param model - the provider's name of it
   * @returns ms until a request for the model may go there; 0: now
   */
  waitFor(model: string): number {
    const now = this.clock.now();
    const health = this.#models.get(model);
    const ofProvider = this.#mayGiveOpinion(health, now) ? 0 : this.#breaker.waitFor(now);
    return Math.max(ofProvider, health?.waitFor(now) ?? 0);
  }

  /**
   * A request goes there now, `waitFor` having said that it may.
   *
   * @param model - the provider's name of it
   */
  begin(model: string): HealthPermit {
    const now = this.clock.now();
    const health = this.#models.use(model, now);
    const isOpinion = this.#breaker.waitFor(now) > 0 && this.#mayGiveOpinion(health, now);
    const ofProvider = this.#breaker.begin(now);
    const ofModel = health.breaker.begin(now);
    if (isOpinion) {
      this.#secondOpinion = ofProvider;
    }
    let hasEnded = false;
    return {
      answering: () => {
        if (!hasEnded) {
          this.#answering(health, ofProvider, ofModel);
        }
      },
      end: (outcome, requestedWait) => {
        if (!hasEnded) {
          hasEnded = true;
          this.#settle(health, ofProvider, ofModel, outcome, requestedWait);
        }
      },
    };
  }

  snapshot(): HealthSnapshot {
    const now = this.clock.now();
    const models: ModelSnapshot[] = [];
    for (const [model, health] of this.#models) {
      const cooling = health.coolingFor(now);
      if (health.isOut || cooling > 0) {
        const { state } = health.breaker;
        models.push({ model, state: state.name, wait: health.breaker.waitFor(now), cooling });
      }
    }
    return { state: this.#breaker.state.name, wait: this.#breaker.waitFor(now), models };
  }

  #createModel(model: string, rule: TripRule): ModelHealth {
    const breaker = new CircuitBreaker(
      this.settings,
      { shouldTrip: (counts) => rule.shouldTrip(counts) && this.#isModelAtFault(this.clock.now()) },
      (from, to) => {
        this.#tell(model, from, to);
        if (to.name === 'open') {
          // The failures were the model's, not the provider's.
          this.#breaker.forget();
        }
      },
    );
    return new ModelHealth(breaker, this.settings.window);
  }

  #providerMoved(from: BreakerState, to: BreakerState): void {
    if (to.name !== 'closed') {
      return;
    }
    const now = this.clock.now();
    for (const [, model] of this.#models) {
      model.breaker.forget();
      // Still open, so a second opinion closed it: who failed was at fault alone.
      if (from.name === 'open' && model.latest(now) === 'bad') {
        model.breaker.takeOver(from);
      }
    }
  }

  #tell(model: string | undefined, from: BreakerState, to: BreakerState): void {
    const openFor = to.name === 'open' ? to.openFor : 0;
    this.announce({ model, from: from.name, to: to.name, openFor });
  }

  #answering(model: ModelHealth, ofProvider: Ticket, ofModel: Ticket): void {
    const isProbe = this.#breaker.state.name !== 'closed' || model.isOut;
    if (isProbe && this.#isCurrent(model, ofProvider, ofModel)) {
      const now = this.clock.now();
      model.note('good', now);
      model.breaker.answering(ofModel, now);
      this.#breaker.answering(ofProvider, now);
    }
  }

  #settle(
    model: ModelHealth,
    ofProvider: Ticket,
    ofModel: Ticket,
    outcome: AttemptOutcome,
    requestedWait = DEFAULT_COOLDOWN,
  ): void {
    const now = this.clock.now();
    if (outcome === 'rate_limited') {
      model.cool(Number.isFinite(requestedWait) ? requestedWait : DEFAULT_COOLDOWN, now);
    }
    const isCurrent = this.#isCurrent(model, ofProvider, ofModel);
    const health = isCurrent ? OUTCOMES[outcome].health : 'unknown';
    if (health === 'unknown') {
      model.breaker.end(ofModel, 'unknown', now);
      this.#breaker.end(ofProvider, 'unknown', now);
      this.#giveOpinionBack(ofProvider);
      return;
    }
    model.note(health, now);
    model.breaker.end(ofModel, health, now);
    // That a model which is out fails, too, is its own affair, and no news of the provider.
    this.#breaker.end(ofProvider, model.isOut && health === 'bad' ? 'unknown' : health, now);
    if (outcome === 'credentials_refused') {
      // The key is the same for all models.
      this.#breaker.trip(now);
    } else if (outcome === 'forbidden' && !model.isOut) {
      (this.#isModelAtFault(now) ? model.breaker : this.#breaker).trip(now);
    }
  }

  /** Who began before one of the breakers opened would tell the other old news. */
  #isCurrent(model: ModelHealth, ofProvider: Ticket, ofModel: Ticket): boolean {
    return this.#breaker.isCurrent(ofProvider) && model.breaker.isCurrent(ofModel);
  }

  /** A model that has not failed itself may be tried while the provider is out: one an opening. */
  #mayGiveOpinion(model: ModelHealth | undefined, now: number): boolean {
    return (
      this.#breaker.state.name === 'open' &&
      !this.#breaker.isCurrent(this.#secondOpinion) &&
      model?.latest(now) !== 'bad'
    );
  }

  #giveOpinionBack(ticket: Ticket): void {
    if (ticket === this.#secondOpinion) {
      this.#secondOpinion = NO_TICKET;
    }
  }

  /** The vote: whether most models that are in use and not yet out do well. */
  #isModelAtFault(now: number): boolean {
    let doingWell = 0;
    let failing = 0;
    for (const [, model] of this.#models) {
      const latest = model.isOut ? undefined : model.latest(now);
      doingWell += latest === 'good' ? 1 : 0;
      failing += latest === 'bad' ? 1 : 0;
    }
    return doingWell > 0 && doingWell >= failing;
  }
}
