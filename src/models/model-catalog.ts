import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/index.js';
import { type Provider, ProviderRegistry } from '../providers/index.js';

/** How long a provider's own list of models stays fresh, ms. */
const FRESH_FOR = 5 * 60_000;
/** How long a provider that could not be asked is left alone, ms. */
const RETRY_AFTER = 30_000;
/** How long a provider may take to list its models, ms. */
const LIST_TIMEOUT = 10_000;

/** What a provider without a mapping last said of its models. */
interface Discovery {
  names: readonly string[];
  /** Clock time from which it may be asked again, ms. */
  askAgainAt: number;
  asking: boolean;
}

/**
 * The names that clients may use: those the configuration spells out, and those that providers
 * without a mapping list themselves. The latter are fetched in the background and kept; nobody
 * ever waits for them.
 */
@Injectable()
export class ModelCatalog {
  /** What is known of a provider goes with it. */
  readonly #discoveries = new WeakMap<Provider, Discovery>();

  constructor(
    private readonly registry: ProviderRegistry,
    private readonly clock: Clock,
  ) {}

  /** @returns all names, sorted, without doubles */
  names(): readonly string[] {
    this.refresh();
    const discovered = this.#open().flatMap((provider) => this.#discoveryOf(provider).names);
    return [...new Set([...this.registry.modelNames, ...discovered])].sort();
  }

  /** @returns whether clients may ask for `model`, as far as is known */
  has(model: string): boolean {
    const isMapped = this.registry.providers.some(
      ({ models }) => !models.passesAll && models.map(model) !== undefined,
    );
    return isMapped || this.names().includes(model);
  }

  /** Begins to ask the providers whose lists are stale. */
  refresh(): void {
    for (const provider of this.#open()) {
      const discovery = this.#discoveryOf(provider);
      if (!discovery.asking && this.clock.now() >= discovery.askAgainAt) {
        void this.#ask(provider, discovery);
      }
    }
  }

  /** @returns the providers that serve any model, whatever the configuration says of names */
  #open(): readonly Provider[] {
    return this.registry.providers.filter(({ models }) => models.passesAll);
  }

  #discoveryOf(provider: Provider): Discovery {
    const known = this.#discoveries.get(provider);
    if (known !== undefined) {
      return known;
    }
    const discovery = { names: [], askAgainAt: -Infinity, asking: false };
    this.#discoveries.set(provider, discovery);
    return discovery;
  }

  async #ask(provider: Provider, discovery: Discovery): Promise<void> {
    discovery.asking = true;
    try {
      discovery.names = await provider.upstream.listModels(LIST_TIMEOUT);
      discovery.askAgainAt = this.clock.now() + FRESH_FOR;
    } catch {
      // Not every provider has such a list; what was known of it stays.
      discovery.askAgainAt = this.clock.now() + RETRY_AFTER;
    } finally {
      discovery.asking = false;
    }
  }
}
