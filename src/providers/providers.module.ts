import { Global, Inject, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../clock/index.js';
import { PROXY_CONFIG, type ProxyConfig } from '../config/index.js';
import { createProviders } from './create-providers.js';
import { ProviderRegistry } from './provider-registry.js';

@Global()
@Module({
  providers: [
    {
      provide: ProviderRegistry,
      useFactory: (config: ProxyConfig, clock: Clock) =>
        new ProviderRegistry(createProviders(config, clock)),
      inject: [PROXY_CONFIG, Clock],
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
