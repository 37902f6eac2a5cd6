import { Global, Inject, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../clock/index.js';
import { PROXY_CONFIG, type ProxyConfig } from '../config/index.js';
import { Random } from '../random/index.js';
import { createProviders } from './create-providers.js';
import { HEALTH_OBSERVERS, type HealthObserver } from './health-observer.js';
import { ProviderRegistry } from './provider-registry.js';
import { createStrategy } from './routing/create-strategy.js';

@Global()
@Module({
  providers: [
    {
      provide: ProviderRegistry,
      useFactory: (
        config: ProxyConfig,
        clock: Clock,
        random: Random,
        observers: readonly HealthObserver[],
      ) =>
        new ProviderRegistry(createProviders(config, clock, observers), (providers) =>
          createStrategy(config.routing, providers, random),
        ),
      inject: [PROXY_CONFIG, Clock, Random, HEALTH_OBSERVERS],
    },
  ],
  exports: [ProviderRegistry],
})
export class ProvidersModule implements OnApplicationShutdown {
  constructor(@Inject(ProviderRegistry) private readonly registry: ProviderRegistry) {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.registry.providers.map(({ upstream }) => upstream.close()));
  }
}
