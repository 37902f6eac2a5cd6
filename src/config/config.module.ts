import { Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule as NestConfigModule, registerAs } from '@nestjs/config';
import { LiveConfig } from './live/live-config.js';
import type { ProxyConfig } from './proxy-config.js';

/**
 * Makes the configuration, read and validated before Nest starts, injectable everywhere as
 * `LiveConfig`, which is also `proxy` of Nest's `ConfigService`.
 */
@Module({})
export class ConfigModule {
  /** @param config - the one to start with */
  static forRoot(config: ProxyConfig): DynamicModule {
    const registration = registerAs('proxy', () => new LiveConfig(config));
    return {
      module: ConfigModule,
      global: true,
      imports: [
        NestConfigModule.forRoot({
          load: [registration],
          isGlobal: true,
          // Files and variables are read by loadConfig: nothing may shadow its result.
          ignoreEnvFile: true,
          ignoreEnvVars: true,
          skipProcessEnv: true,
        }),
      ],
      // The registration's own token, not ConfigService.get: Nest fills ConfigService in a provider
      // of its own, which a factory that only injects ConfigService does not wait for.
      providers: [{ provide: LiveConfig, useExisting: registration.KEY }],
      exports: [LiveConfig],
    };
  }
}
