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
  #providers: readonly Provider[] = [];
  #exact: ReadonlyMap<string, ModelRoute> = new Map();
  /** Routes of names that no mapping spells out, by the providers that serve them. */
  #shared = new Map<string, ModelRoute>();

  /** @param providers - in the order of the configuration */
  constructor(providers: readonly Provider[]) {
    this.replace(providers);
  }

  get providers(): readonly Provider[] {
    return this.#providers;
  }

  /** Puts other providers in place of the present ones. Routes that lead to the same ones stay. */
  replace(providers: readonly Provider[]): void {
    const before = this.#exact;
    this.#providers = providers;
    this.#shared = new Map([...this.#shared].filter(([, route]) => this.#isCurrent(route)));
    this.#exact = new Map(
      providers
        .flatMap(({ models }) => models.names)
        .map((name) => [name, createRoute(this.#serving(name), before.get(name))] as const)
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
    const route = createRoute(serving);
    if (route !== undefined) {
      this.#shared.set(key, route);
    }
    return route;
  }

  /** Whether all that it leads to are providers of the present. */
  #isCurrent(route: ModelRoute): boolean {
    return route.providers.every((provider) => this.#providers.includes(provider));
  }

  #serving(model: string): Provider[] {
    return this.#providers.filter(({ models }) => models.map(model) !== undefined);
  }
}

/** @param known - a route to the same model, which is kept, with its turns, if it leads to the same */
function createRoute(
  [first, ...others]: readonly Provider[],
  known?: ModelRoute,
): ModelRoute | undefined {
  if (first === undefined) {
    return undefined;
  }
  if (known !== undefined && isSame(known.providers, [first, ...others])) {
    return known;
  }
  const turns = new SmoothWeightedRoundRobin([first, ...others]);
  return { providers: [first, ...others], next: () => turns.pick() };
}

function isSame(left: readonly Provider[], right: readonly Provider[]): boolean {
  return left.length === right.length && left.every((provider, index) => provider === right[index]);
}
