import type { ModelHealth } from './model-health.js';

/** Clients choose the names of models where a wildcard matches any, so they must not add up. */
const MOST_MODELS = 1000;

interface Remembered {
  readonly health: ModelHealth;
  /** Whether it was used since it was last considered for being forgotten. */
  isInUse: boolean;
}

/**
 * The models of a provider that are remembered: at most a thousand. Room for another is made by the
 * second-chance rule (Corbató, A Paging Experiment with the Multics System, 1968): in order of age,
 * who was used in the meantime, or must wait, goes to the end of the queue; the first who was not is
 * forgotten. So a use costs an assignment, and idle models go first.
 */
export class RememberedModels {
  readonly #models = new Map<string, Remembered>();

  /** @param create - makes a model that nothing is known of */
  constructor(private readonly create: (model: string) => ModelHealth) {}

  get(model: string): ModelHealth | undefined {
    return this.#models.get(model)?.health;
  }

  /** @returns what is known of the model, from now on remembered */
  use(model: string, now: number): ModelHealth {
    const known = this.#models.get(model);
    if (known !== undefined) {
      known.isInUse = true;
      return known.health;
    }
    if (this.#models.size >= MOST_MODELS) {
      this.#forgetOne(now);
    }
    const health = this.create(model);
    this.#models.set(model, { health, isInUse: false });
    return health;
  }

  *[Symbol.iterator](): IterableIterator<readonly [string, ModelHealth]> {
    for (const [name, { health }] of this.#models) {
      yield [name, health];
    }
  }

  #forgetOne(now: number): void {
    let chances = this.#models.size;
    for (const [name, model] of this.#models) {
      this.#models.delete(name);
      const mustWait = model.health.isOut || model.health.coolingFor(now) > 0;
      if (chances === 0 || !(model.isInUse || mustWait)) {
        return;
      }
      // The loop comes to it again, at the end.
      this.#models.set(name, model);
      model.isInUse = false;
      chances -= 1;
    }
  }
}
