export { ConfigError, type ConfigProblem } from './config-error.js';
export { configReference } from './config-reference.js';
export { ConfigModule } from './config.module.js';
export { describeConfig } from './describe-config.js';
export { configJsonSchema } from './json-schema.js';
export { type ConfigFiles, ConfigLoader } from './live/config-loader.js';
export {
  CONFIG_OBSERVERS,
  type ConfigObserver,
  type ConfigReload,
} from './live/config-observer.js';
export { ConfigReloader } from './live/config-reloader.js';
export { type KeptSettings, keptSettingsOf, withKept } from './live/keep-until-restart.js';
export { LiveConfig } from './live/live-config.js';
export { ReloadModule } from './live/reload.module.js';
export { sameValue } from './live/same-value.js';
export { parseConfig } from './parse-config.js';
export type {
  BreakerConfig,
  DemoProviderConfig,
  EnvironmentProxies,
  HedgeConfig,
  LogLevel,
  OpenAIProviderConfig,
  Prefill,
  ProviderConfig,
  ProxyConfig,
  RoutingConfig,
  Timeouts,
} from './proxy-config.js';
export { Secret } from './secret.js';
export { type Sampling, type TraceSettings, traceSettings } from './trace-settings.js';
