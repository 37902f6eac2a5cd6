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
  #providers: readonly Provider[] = [];
  #strategyOver: StrategyFactory;
  #exact: ReadonlyMap<string, ModelRoute> = new Map();
  /** Routes of names that no mapping spells out, by the providers that serve them. */
  #shared = new Map<string, ModelRoute>();

  /**
   * @param providers - in the order of the configuration
   * @param strategyOver - called once for each route; by weight unless told
   */
  constructor(providers: readonly Provider[], strategyOver: StrategyFactory = byWeight) {
    this.#strategyOver = strategyOver;
    this.replace(providers);
  }

  get providers(): readonly Provider[] {
    return this.#providers;
  }

  /**
   * Puts other providers in place of the present ones. Routes that lead to the same ones stay, with
   * their turns, unless there is another strategy.
   */
  replace(providers: readonly Provider[], strategyOver = this.#strategyOver): void {
    const isSameStrategy = strategyOver === this.#strategyOver;
    const known = isSameStrategy ? this.#exact : new Map<string, ModelRoute>();
    this.#strategyOver = strategyOver;
    this.#providers = providers;
    this.#shared = new Map(
      [...this.#shared].filter(([, route]) => isSameStrategy && this.#isCurrent(route)),
    );
    this.#exact = new Map(
      providers
        .flatMap(({ models }) => models.names)
        .map((name) => [name, this.#createRoute(this.#serving(name), known.get(name))] as const)
        .filter((entry): entry is [string, ModelRoute] => entry[1] !== undefined),
    );
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

  /** @param known - a route to the same model, which is kept if it leads to the same providers */
  #createRoute(providers: readonly Provider[], known?: ModelRoute): ModelRoute | undefined {
    if (providers.length === 0) {
      return undefined;
    }
    if (known !== undefined && isSame(known.providers, providers)) {
      return known;
    }
    const strategy = this.#strategyOver(providers);
    return { providers, pick: (isEligible, key) => strategy.pick(isEligible, key) };
  }

  /** Whether all that it leads to are providers of the present. */
  #isCurrent(route: ModelRoute): boolean {
    return route.providers.every((provider) => this.#providers.includes(provider));
  }

  #serving(model: string): Provider[] {
    return this.#providers.filter(({ models }) => models.map(model) !== undefined);
  }
}

function isSame(left: readonly Provider[], right: readonly Provider[]): boolean {
  return left.length === right.length && left.every((provider, index) => provider === right[index]);
}

function byWeight(providers: readonly Provider[]): RoutingStrategy<Provider> {
  return new SmoothWeightedRoundRobin(providers);
}
