export { ConfigError, type ConfigProblem } from './config-error.js';
export { configReference } from './config-reference.js';
export { ConfigModule } from './config.module.js';
export { describeConfig } from './describe-config.js';
export { loadConfig, type LoadOptions } from './load-config.js';
export { parseConfig, type ParseOptions } from './parse-config.js';
export type {
  ConfigSource,
  CorsConfig,
  DemoProviderConfig,
  EnvironmentProxies,
  LogFormat,
  LogLevel,
  OpenAIProviderConfig,
  ProviderConfig,
  ProxyConfig,
  ProxyRoute,
  ServerConfig,
  Timeouts,
} from './proxy-config.js';
export { PROXY_CONFIG } from './proxy-config.token.js';
export { Secret } from './secret.js';
