import type { Provider, Remedy } from '../../providers/index.js';
import type { RetryBudget } from './retry-budget.js';
import type { RouteWalk, WalkStep } from './route-walk.js';

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
  #attempts = 0;
  #lastModel: string;

  /**
   * @param openWalk - begins the walk over a model's providers; undefined when nobody serves it
   * @param budget - what all requests together may retry
   */
  constructor(
    private readonly choice: ModelChoice,
    private readonly openWalk: (model: string) => RouteWalk | undefined,
    private readonly budget: RetryBudget,
  ) {
    this.#lastModel = choice.model;
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
      // As long as another model may answer, nobody waits for a provider that is out.
      const step = walk?.next(this.#queue.length === 0);
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

  /** An attempt failed; `remedy` says what may be done about it. */
  failed(provider: Provider, model: string, remedy: Remedy): void {
    this.#walks.find((walk) => walk.model === model)?.failed(provider, remedy);
    if (remedy === 'larger_model') {
      const tried = this.#walks.map((walk) => walk.model);
      this.#queue = this.choice.contextFallbacks.filter((name) => !tried.includes(name));
      this.#isFinal = !this.#enterNextModel();
    } else {
      this.#isFinal ||= remedy === 'none';
    }
  }

  /** `model` has begun to answer: from now on no other will do. */
  settle(model: string): void {
    this.#queue = [];
    this.#walks = this.#walks.filter((walk) => walk.model === model);
  }

  /** All models are spent: whoever of them is back soonest. */
  #lookBack(): Step {
    let nearest = Infinity;
    for (const walk of this.#walks) {
      const step = walk.next(true);
      if (step.kind !== 'spent') {
        return this.#take(step, walk);
      }
      nearest = Math.min(nearest, step.wait ?? Infinity);
    }
    return { kind: 'give_up', wait: nearest === Infinity ? undefined : nearest };
  }

  #take(step: Exclude<WalkStep, { kind: 'spent' }>, walk: RouteWalk): Step {
    if (step.kind === 'wait') {
      return step;
    }
    if (this.#attempts > 0 && !this.budget.tryTake()) {
      return { kind: 'give_up', wait: undefined };
    }
    const { model } = walk;
    const isSameModel = model === this.#lastModel;
    this.#lastModel = model;
    this.#attempts += 1;
    const reason = !isSameModel ? 'fallback' : this.#attempts === 1 ? 'first' : 'retry';
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
