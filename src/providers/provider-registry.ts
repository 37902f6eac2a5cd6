import type { Provider } from './provider.js';
import type { RoutingStrategy } from './routing/routing-strategy.js';
import { SmoothWeightedRoundRobin } from './routing/smooth-weighted-round-robin.js';

/** Who serves a model, and who of them is next. */
export interface ModelRoute extends RoutingStrategy<Provider> {
  /** At least one, in the order of the configuration. */
  readonly providers: readonly Provider[];
}

/** Builds what decides among the providers of a model. */
export type StrategyFactory = (providers: readonly Provider[]) => RoutingStrategy<Provider>;

/** Knows who serves which model. It knows nothing of HTTP. */
export class ProviderRegistry {
  readonly #exact = new Map<string, ModelRoute>();
  /** Routes of names that no mapping spells out, by the providers that serve them. */
  readonly #shared = new Map<string, ModelRoute>();

  /**
   * @param providers - in the order of the configuration
   * @param strategyOver - called once for each route; by weight unless told
   */
  constructor(
    readonly providers: readonly Provider[],
    private readonly strategyOver: StrategyFactory = byWeight,
  ) {
    for (const name of providers.flatMap((provider) => provider.models.names)) {
      const route = this.#createRoute(this.#serving(name));
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
    const route = this.#createRoute(serving);
    if (route !== undefined) {
      this.#shared.set(key, route);
    }
    return route;
  }

  #createRoute(providers: readonly Provider[]): ModelRoute | undefined {
    if (providers.length === 0) {
      return undefined;
    }
    const strategy = this.strategyOver(providers);
    return { providers, pick: (isEligible, key) => strategy.pick(isEligible, key) };
  }

  #serving(model: string): Provider[] {
    return this.providers.filter(({ models }) => models.map(model) !== undefined);
  }
}

function byWeight(providers: readonly Provider[]): RoutingStrategy<Provider> {
  return new SmoothWeightedRoundRobin(providers);
}
