import { Global, Inject, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../clock/index.js';
import { LiveConfig, type ProxyConfig, sameValue } from '../config/index.js';
import { Random } from '../random/index.js';
import { createProvider } from './create-providers.js';
import { HEALTH_OBSERVERS, type HealthObserver } from './health-observer.js';
import { ProviderRegistry, type StrategyFactory } from './provider-registry.js';
import { ProviderSet } from './provider-set.js';
import { createStrategy } from './routing/create-strategy.js';
import { RunningRequests } from './running-requests.js';

@Global()
@Module({
  providers: [
    {
      provide: ProviderSet,
      useFactory: (
        live: LiveConfig,
        clock: Clock,
        running: RunningRequests,
        observers: readonly HealthObserver[],
      ) =>
        new ProviderSet(
          live.current,
          (ingredients, announce) => createProvider(ingredients, { clock, announce }),
          running,
          observers,
        ),
      inject: [LiveConfig, Clock, RunningRequests, HEALTH_OBSERVERS],
    },
    {
      provide: ProviderRegistry,
      useFactory: (set: ProviderSet, live: LiveConfig, random: Random) =>
        new ProviderRegistry(set.providers, strategyOf(live.current, random)),
      inject: [ProviderSet, LiveConfig, Random],
    },
  ],
  exports: [ProviderRegistry],
})
export class ProvidersModule implements OnApplicationShutdown {
  constructor(
    private readonly set: ProviderSet,
    registry: ProviderRegistry,
    live: LiveConfig,
    @Inject(Random) random: Random,
  ) {
    live.beforeChange((next) => {
      const change = set.prepare(next);
      const isSameRouting = sameValue(next.routing, live.current.routing);
      return () => {
        registry.replace(change.providers, isSameRouting ? undefined : strategyOf(next, random));
        change.commit();
      };
    });
  }

  onApplicationShutdown(): Promise<void> {
    return this.set.close();
  }
}

function strategyOf({ routing }: ProxyConfig, random: Random): StrategyFactory {
  return (providers) => createStrategy(routing, providers, random);
}
