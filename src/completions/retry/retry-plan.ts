import type { Provider, Remedy } from '../../providers/index.js';
import type { RetryBudget } from './retry-budget.js';
import type { RouteWalk, SpentStep, WalkStep } from './route-walk.js';

/**
 * After how long a request that waits for a provider which is out looks again, ms: another request's
 * probe may have found it well before its time.
 */
const LOOK_AGAIN = 500;

/** What is done next for a request. */
export type Step =
  | {
      readonly kind: 'ask';
      readonly provider: Provider;
      /** The model as clients call it: the one asked for, or one that stands in for it. */
      readonly model: string;
      readonly reason: 'first' | 'retry' | 'fallback';
    }
  /** Nobody can be asked now; ask for the next step again after `delay` ms. */
  | { readonly kind: 'wait'; readonly delay: number }
  /** `wait`: after how many ms a new request may fare better, if that is known. */
  | { readonly kind: 'give_up'; readonly wait: number | undefined };

/** Which models may answer a request, as clients call them. */
export interface ModelChoice {
  readonly model: string;
  /** Models that stand in when all providers of `model` are spent, in order. */
  readonly fallbacks: readonly string[];
  /** Models that stand in when the request does not fit into `model`, in order. */
  readonly contextFallbacks: readonly string[];
}

/**
 * What happens to one request, attempt after attempt: over the providers of its model, then over the
 * models that stand in for it. It decides and does nothing.
 */
export class RetryPlan {
  /** The walks over the models that were tried, the present one last. */
  #walks: RouteWalk[] = [];
  /** Models that have not been tried yet. */
  #queue: readonly string[];
  #isFinal = false;
  #isSettled = false;
  #attempts = 0;
  /** Whether the next attempt is no repetition: the models that were asked cannot answer at all. */
  #isFree = true;
  /** For how long it has waited for providers that are out, ms. */
  #waited = 0;

  /**
   * @param openWalk - begins the walk over a model's providers; undefined when nobody serves it
   * @param budget - what all requests together may retry
   * @param maxWait - how long the request waits for providers that are out, ms in all
   */
  constructor(
    private readonly choice: ModelChoice,
    private readonly openWalk: (model: string) => RouteWalk | undefined,
    private readonly budget: RetryBudget,
    private readonly maxWait: number,
  ) {
    this.#queue = [choice.model, ...choice.fallbacks];
    this.#enterNextModel();
  }

  /** Whether nobody serves any of the models. */
  get isHopeless(): boolean {
    return this.#walks.length === 0;
  }

  /** How many attempts there have been, hedges included. */
  get attempts(): number {
    return this.#attempts;
  }

  next(): Step {
    if (this.#isFinal) {
      return { kind: 'give_up', wait: undefined };
    }
    do {
      const walk = this.#walks.at(-1);
      const step = walk?.next();
      if (walk !== undefined && step !== undefined && step.kind !== 'spent') {
        return this.#take(step, walk);
      }
    } while (this.#enterNextModel());
    return this.#lookBack();
  }

  /** @returns another provider of `model`, to be asked beside the one that runs */
  hedge(model: string): Provider | undefined {
    const provider = this.#walks.find((walk) => walk.model === model)?.pickFresh();
    this.#attempts += provider === undefined ? 0 : 1;
    return provider;
  }

  /**
   * An attempt failed.
   *
   * @param remedy - what may be done about it
   * @param requestedWait - how long the provider asked to be left alone, ms
   */
  failed(provider: Provider, model: string, remedy: Remedy, requestedWait?: number): void {
    const walk = this.#walks.find((one) => one.model === model);
    walk?.failed(provider, remedy, requestedWait);
    if (remedy === 'larger_model' && !this.#isSettled) {
      walk?.close();
      this.#queue = this.#largerModels(model);
      this.#isFree = true;
    }
    this.#isFinal ||= remedy === 'none';
  }

  /** `model` has begun to answer: from now on no other will do. */
  settle(model: string): void {
    this.#isSettled = true;
    this.#queue = [];
    this.#walks = this.#walks.filter((walk) => walk.model === model);
  }

  /** Which models are left when the request does not fit into `model`. */
  #largerModels(model: string): readonly string[] {
    const isStandIn = model !== this.choice.model;
    const left = isStandIn ? this.#queue : [];
    const tried = this.#walks.map((walk) => walk.model);
    const larger = this.choice.contextFallbacks.filter(
      (name) => !tried.includes(name) && !left.includes(name),
    );
    return [...left, ...larger];
  }

  /** All models are spent: whoever of them is back soonest. */
  #lookBack(): Step {
    let pause = Infinity;
    let nearest: SpentStep = { kind: 'spent', wait: undefined, isInTime: false };
    for (const walk of this.#walks) {
      const step = walk.next();
      if (step.kind === 'ask') {
        return this.#take(step, walk);
      }
      if (step.kind === 'wait') {
        pause = Math.min(pause, step.delay);
      } else {
        nearest = sooner(nearest, step);
      }
    }
    return pause < Infinity ? { kind: 'wait', delay: pause } : this.#await(nearest);
  }

  #await({ wait, isInTime }: SpentStep): Step {
    if (wait === undefined || !isInTime || this.#waited + wait > this.maxWait) {
      return { kind: 'give_up', wait };
    }
    const delay = Math.min(wait, LOOK_AGAIN);
    this.#waited += delay;
    return { kind: 'wait', delay };
  }

  #take(step: Exclude<WalkStep, { kind: 'spent' }>, walk: RouteWalk): Step {
    if (step.kind === 'wait') {
      return step;
    }
    if (!this.#isFree && !this.budget.tryTake()) {
      return { kind: 'give_up', wait: undefined };
    }
    this.#isFree = false;
    const { model } = walk;
    this.#attempts += 1;
    const isStandIn = walk.asked === 1 && model !== this.choice.model;
    const reason = isStandIn ? 'fallback' : this.#attempts === 1 ? 'first' : 'retry';
    return { kind: 'ask', provider: step.provider, model, reason };
  }

  #enterNextModel(): boolean {
    for (const [index, model] of this.#queue.entries()) {
      const walk = this.openWalk(model);
      if (walk !== undefined) {
        this.#queue = this.#queue.slice(index + 1);
        this.#walks.push(walk);
        return true;
      }
    }
    this.#queue = [];
    return false;
  }
}

/** @returns whoever of two may be there again sooner, and rather one who could still answer */
function sooner(one: SpentStep, other: SpentStep): SpentStep {
  if (one.isInTime !== other.isInTime) {
    return one.isInTime ? one : other;
  }
  return (other.wait ?? Infinity) < (one.wait ?? Infinity) ? other : one;
}
