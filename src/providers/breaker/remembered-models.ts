import type { ModelHealth } from './model-health.js';

/** Clients choose the names of models where a wildcard matches any, so they must not add up. */
const MOST_MODELS = 1000;

interface Remembered {
  readonly health: ModelHealth;
  /** Which of all uses was its latest. */
  usedAt: number;
}

/** The models of a provider that are remembered: the thousand that were used last. */
export class RememberedModels {
  readonly #models = new Map<string, Remembered>();
  #uses = 0;

  /** @param create - makes a model that nothing is known of */
  constructor(private readonly create: (model: string) => ModelHealth) {}

  get(model: string): ModelHealth | undefined {
    return this.#models.get(model)?.health;
  }

  /** @returns what is known of the model, from now on remembered */
  use(model: string, now: number): ModelHealth {
    this.#uses += 1;
    const known = this.#models.get(model);
    if (known !== undefined) {
      known.usedAt = this.#uses;
      return known.health;
    }
    if (this.#models.size >= MOST_MODELS) {
      this.#forgetOne(now);
    }
    const health = this.create(model);
    this.#models.set(model, { health, usedAt: this.#uses });
    return health;
  }

  *[Symbol.iterator](): IterableIterator<readonly [string, ModelHealth]> {
    for (const [name, { health }] of this.#models) {
      yield [name, health];
    }
  }

  /** The one that was not used for the longest time; one that must wait only if all must. */
  #forgetOne(now: number): void {
    let victim: string | undefined;
    let victimUsedAt = Infinity;
    for (const [name, { health, usedAt }] of this.#models) {
      const rank = health.isOut || health.coolingFor(now) > 0 ? usedAt + this.#uses : usedAt;
      if (rank < victimUsedAt) {
        victim = name;
        victimUsedAt = rank;
      }
    }
    if (victim !== undefined) {
      this.#models.delete(victim);
    }
  }
}
