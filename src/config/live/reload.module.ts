import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../../clock/index.js';
import type { ConfigLoader } from './config-loader.js';
import { CONFIG_OBSERVERS, type ConfigObserver } from './config-observer.js';
import { ConfigReloader } from './config-reloader.js';
import { LiveConfig } from './live-config.js';

/** Follows the files of the configuration from the start of the proxy to the start of its end. */
@Global()
@Module({})
export class ReloadModule implements OnApplicationBootstrap, OnModuleDestroy {
  /** @param loader - what has read the configuration; without one it stays as it is */
  static forRoot(loader?: ConfigLoader): DynamicModule {
    return {
      module: ReloadModule,
      providers: [
        {
          provide: ConfigReloader,
          useFactory: (live: LiveConfig, clock: Clock, observers: readonly ConfigObserver[]) =>
            new ConfigReloader(live, loader, observers, clock),
          inject: [LiveConfig, Clock, CONFIG_OBSERVERS],
        },
      ],
      exports: [ConfigReloader],
    };
  }

  constructor(private readonly reloader: ConfigReloader) {}

  onApplicationBootstrap(): void {
    this.reloader.start();
  }

  /** The first hook of the shutdown: what drains keeps its settings. */
  onModuleDestroy(): void {
    this.reloader.stop();
  }
}
