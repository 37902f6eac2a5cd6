import type { Provider } from './provider.js';
import { SmoothWeightedRoundRobin } from './routing/smooth-weighted-round-robin.js';

/** Who serves a model, and who is next. */
export interface ModelRoute {
  readonly providers: readonly Provider[];
  /** @returns the provider that the next request goes to */
  next(): Provider;
}

/** Knows who serves which model. It knows nothing of HTTP. */
export class ProviderRegistry {
  readonly #exact = new Map<string, ModelRoute>();
  /** Routes of names that no mapping spells out, by the providers that serve them. */
  readonly #shared = new Map<string, ModelRoute>();

  /** @param providers - in the order of the configuration */
  constructor(readonly providers: readonly Provider[]) {
    for (const name of providers.flatMap((provider) => provider.models.names)) {
      const route = createRoute(this.#serving(name));
      if (route !== undefined) {
        this.#exact.set(name, route);
      }
    }
  }

  /** @returns the names that some mapping spells out, sorted, without doubles */
  get modelNames(): readonly string[] {
    return [...this.#exact.keys()].sort();
  }

  /** @returns whether a mapping spells `model` out */
  spellsOut(model: string): boolean {
    return this.#exact.has(model);
  }

  /** @returns the way to a model; undefined when no provider serves it */
  routeOf(model: string): ModelRoute | undefined {
    return this.#exact.get(model) ?? this.#sharedRouteOf(model);
  }

  /**
   * Names that only wildcards or providers without a mapping match are without number, so their
   * turns are kept by the set of providers, of which there are few.
   */
  #sharedRouteOf(model: string): ModelRoute | undefined {
    const serving = this.#serving(model);
    const key = serving.map(({ name }) => name).join('\n');
    const known = this.#shared.get(key);
    if (known !== undefined) {
      return known;
    }
    const route = createRoute(serving);
    if (route !== undefined) {
      this.#shared.set(key, route);
    }
    return route;
  }

  #serving(model: string): Provider[] {
    return this.providers.filter(({ models }) => models.map(model) !== undefined);
  }
}

function createRoute([first, ...others]: readonly Provider[]): ModelRoute | undefined {
  if (first === undefined) {
    return undefined;
  }
  const turns = new SmoothWeightedRoundRobin([first, ...others]);
  return { providers: [first, ...others], next: () => turns.pick() };
}
