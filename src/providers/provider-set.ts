import { sameValue, type ProxyConfig } from '../config/index.js';
import type { HealthChange } from './breaker/provider-health.js';
import { type ProviderIngredients, ingredientsOf } from './create-providers.js';
import type { HealthObserver } from './health-observer.js';
import type { Provider } from './provider.js';
import type { RunningRequests } from './running-requests.js';

/** A provider, and what it was made from. */
interface Member {
  readonly ingredients: ProviderIngredients;
  readonly provider: Provider;
}

/**
 * Builds a provider.
 *
 * @param announce - to be called after each change of one of its breakers
 */
export type ProviderFactory = (
  ingredients: ProviderIngredients,
  announce: (change: HealthChange) => void,
) => Provider;

/** The providers of another configuration, ready to be taken into use. */
export interface ProviderChange {
  readonly providers: readonly Provider[];
  /** Takes them into use, and lets go of those that are not among them. */
  commit(): void;
}

/**
 * The providers of the configuration, as it changes. One whose settings stay the same stays the same
 * object. One that is replaced or removed is closed when the requests that ran then have ended: they
 * may be in the middle of its answer, or about to ask it once more. What its breakers do meanwhile is
 * nobody's business any more: another provider may have its name.
 */
export class ProviderSet {
  #members: readonly Member[] = [];
  readonly #retired = new Set<Provider>();

  constructor(
    config: ProxyConfig,
    private readonly create: ProviderFactory,
    private readonly running: RunningRequests,
    private readonly observers: readonly HealthObserver[],
  ) {
    this.prepare(config).commit();
  }

  /** In the order of the configuration. */
  get providers(): readonly Provider[] {
    return this.#members.map(({ provider }) => provider);
  }

  /** Builds what is new in a configuration; throws when that cannot be, and changes nothing. */
  prepare(config: ProxyConfig): ProviderChange {
    const members = ingredientsOf(config).map((ingredients) => this.#memberOf(ingredients));
    return {
      providers: members.map(({ provider }) => provider),
      commit: () => {
        const kept = new Set(members.map(({ provider }) => provider));
        const retired = this.providers.filter((provider) => !kept.has(provider));
        this.#members = members;
        this.#retire(retired);
      },
    };
  }

  /** Closes all of them at once, at the end of the program. */
  async close(): Promise<void> {
    const all = [...this.providers, ...this.#retired];
    this.#retired.clear();
    await Promise.all(all.map(({ upstream }) => upstream.close()));
  }

  #memberOf(ingredients: ProviderIngredients): Member {
    const known = this.#members.find((member) => sameValue(member.ingredients, ingredients));
    return known ?? { ingredients, provider: this.#createProvider(ingredients) };
  }

  #createProvider(ingredients: ProviderIngredients): Provider {
    const provider = this.create(ingredients, (change) => {
      this.#announce(provider, change);
    });
    return provider;
  }

  #announce(provider: Provider, change: HealthChange): void {
    if (!this.providers.includes(provider)) {
      return;
    }
    for (const observer of this.observers) {
      observer.healthChanged(provider, change);
    }
  }

  #retire(providers: readonly Provider[]): void {
    if (providers.length === 0) {
      return;
    }
    for (const provider of providers) {
      this.#retired.add(provider);
    }
    void this.running.whenEnded().then(async () => {
      const due = providers.filter((provider) => this.#retired.delete(provider));
      await Promise.all(due.map(({ upstream }) => upstream.close()));
    });
  }
}
