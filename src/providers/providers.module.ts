import { Global, Inject, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../clock/index.js';
import { LiveConfig } from '../config/index.js';
import { createProviders } from './create-providers.js';
import { ProviderRegistry } from './provider-registry.js';

@Global()
@Module({
  providers: [
    {
      provide: ProviderRegistry,
      useFactory: (live: LiveConfig, clock: Clock) =>
        new ProviderRegistry(createProviders(live.current, clock)),
      inject: [LiveConfig, Clock],
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
