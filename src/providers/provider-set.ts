import { sameValue, type ProxyConfig } from '../config/index.js';
import { type ProviderIngredients, ingredientsOf } from './create-providers.js';
import type { Provider } from './provider.js';
import type { RunningRequests } from './running-requests.js';

/** A provider, and what it was made from. */
interface Member {
  readonly ingredients: ProviderIngredients;
  readonly provider: Provider;
}

/** The providers of another configuration, ready to be taken into use. */
export interface ProviderChange {
  readonly providers: readonly Provider[];
  /** Takes them into use, and lets go of those that are not among them. */
  commit(): void;
}

/**
 * The providers of the configuration, as it changes. One whose settings stay the same stays the same
 * object. One that is replaced or removed is closed when the requests that ran then have ended: they
 * may be in the middle of its answer, or about to ask it once more.
 */
export class ProviderSet {
  #members: readonly Member[] = [];
  readonly #retired = new Set<Provider>();

  /** @param create - builds a provider */
  constructor(
    config: ProxyConfig,
    private readonly create: (ingredients: ProviderIngredients) => Provider,
    private readonly running: RunningRequests,
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
    return known ?? { ingredients, provider: this.create(ingredients) };
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
