import type { Clock } from '../clock/index.js';
import type { ProviderConfig, ProxyConfig } from '../config/index.js';
import { ProviderHealth } from './breaker/provider-health.js';
import type { HealthObserver } from './health-observer.js';
import { Provider } from './provider.js';
import { DemoUpstream } from './types/demo/upstream.js';
import { OpenAIUpstream } from './types/openai/upstream.js';
import type { Upstream } from './upstream/upstream.js';

/** Builds all configured providers; a new provider type gets its case here. */
export function createProviders(
  config: ProxyConfig,
  clock: Clock,
  observers: readonly HealthObserver[],
): Provider[] {
  return config.providers.map((provider) => {
    const health = new ProviderHealth(clock, config.breaker, (change) => {
      for (const observer of observers) {
        observer.healthChanged(provider.name, change);
      }
    });
    return new Provider(provider, createUpstream(provider, config, clock), health);
  });
}

function createUpstream(provider: ProviderConfig, config: ProxyConfig, clock: Clock): Upstream {
  switch (provider.type) {
    case 'openai':
      return new OpenAIUpstream(provider, config.environmentProxies);
    case 'demo':
      return new DemoUpstream(provider, clock);
  }
}
