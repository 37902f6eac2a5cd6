import type { Clock } from '../clock/index.js';
import type {
  BreakerConfig,
  EnvironmentProxies,
  ProviderConfig,
  ProxyConfig,
} from '../config/index.js';
import { type HealthChange, ProviderHealth } from './breaker/provider-health.js';
import { Provider } from './provider.js';
import { DemoUpstream } from './types/demo/upstream.js';
import { OpenAIUpstream } from './types/openai/upstream.js';
import type { Upstream } from './upstream/upstream.js';

/**
 * All of the configuration that a provider is made from. As long as it stays the same the provider
 * stays the same, with its connections and all that was learnt of it.
 */
export interface ProviderIngredients {
  readonly config: ProviderConfig;
  /** Where HTTP_PROXY and friends matter to it. */
  readonly environmentProxies: EnvironmentProxies;
  readonly breaker: BreakerConfig;
}

/** @returns what each configured provider is made from, in the order of the configuration */
export function ingredientsOf(config: ProxyConfig): readonly ProviderIngredients[] {
  return config.providers.map((provider) => ({
    config: provider,
    environmentProxies: usesEnvironment(provider) ? config.environmentProxies : {},
    breaker: config.breaker,
  }));
}

function usesEnvironment(provider: ProviderConfig): boolean {
  return provider.type === 'openai' && provider.proxy === 'environment';
}

/** What a provider works with, whatever its configuration. */
export interface ProviderSurroundings {
  readonly clock: Clock;
  /** Called after each change of a breaker's state. */
  readonly announce: (change: HealthChange) => void;
}

/** @returns all providers of a configuration, new ones */
export function createProviders(
  config: ProxyConfig,
  surroundings: ProviderSurroundings,
): Provider[] {
  return ingredientsOf(config).map((ingredients) => createProvider(ingredients, surroundings));
}

/** Builds a provider, which opens no connection yet. */
export function createProvider(
  ingredients: ProviderIngredients,
  { clock, announce }: ProviderSurroundings,
): Provider {
  const { config, breaker } = ingredients;
  const health = new ProviderHealth(clock, breaker, announce);
  return new Provider(config, createUpstream(ingredients, clock), health);
}

/** A new provider type gets its case here. */
function createUpstream(
  { config, environmentProxies }: ProviderIngredients,
  clock: Clock,
): Upstream {
  switch (config.type) {
    case 'openai':
      return new OpenAIUpstream(config, environmentProxies);
    case 'demo':
      return new DemoUpstream(config, clock);
  }
}
