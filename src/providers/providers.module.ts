import { Global, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../clock/index.js';
import { LiveConfig } from '../config/index.js';
import { createProvider } from './create-providers.js';
import { ProviderRegistry } from './provider-registry.js';
import { ProviderSet } from './provider-set.js';
import { RunningRequests } from './running-requests.js';

@Global()
@Module({
  providers: [
    {
      provide: ProviderSet,
      useFactory: (live: LiveConfig, clock: Clock, running: RunningRequests) =>
        new ProviderSet(live.current, (ingredients) => createProvider(ingredients, clock), running),
      inject: [LiveConfig, Clock, RunningRequests],
    },
    {
      provide: ProviderRegistry,
      useFactory: (set: ProviderSet) => new ProviderRegistry(set.providers),
      inject: [ProviderSet],
    },
  ],
  exports: [ProviderRegistry],
})
export class ProvidersModule implements OnApplicationShutdown {
  constructor(
    private readonly set: ProviderSet,
    registry: ProviderRegistry,
    live: LiveConfig,
  ) {
    live.beforeChange((next) => {
      const change = set.prepare(next);
      return () => {
        registry.replace(change.providers);
        change.commit();
      };
    });
  }

  onApplicationShutdown(): Promise<void> {
    return this.set.close();
  }
}
