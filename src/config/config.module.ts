import { Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule as NestConfigModule, registerAs } from '@nestjs/config';
import type { ProxyConfig } from './proxy-config.js';
import { PROXY_CONFIG } from './proxy-config.token.js';

/**
 * Makes the configuration, read and validated before Nest starts, injectable everywhere as
 * `PROXY_CONFIG`, and as `proxy` of Nest's `ConfigService`.
 */
@Module({})
export class ConfigModule {
  static forRoot(config: ProxyConfig): DynamicModule {
    const registration = registerAs('proxy', () => config);
    return {
      module: ConfigModule,
      global: true,
      imports: [
        NestConfigModule.forRoot({
          load: [registration],
          isGlobal: true,
          // Files and variables were read once, by loadConfig: nothing may shadow its result.
          ignoreEnvFile: true,
          ignoreEnvVars: true,
          skipProcessEnv: true,
        }),
      ],
      // The registration's own token, not ConfigService.get: Nest fills ConfigService in a provider
      // of its own, which a factory that only injects ConfigService does not wait for.
      providers: [{ provide: PROXY_CONFIG, useExisting: registration.KEY }],
      exports: [PROXY_CONFIG],
    };
  }
}
