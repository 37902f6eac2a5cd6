import { formatPath, type DocumentPath } from '../document-path.js';
import type {
  ConfigSource,
  EnvironmentProxies,
  OpenAIProviderConfig,
  ProviderConfig,
  ProxyConfig,
  ProxyRoute,
  Timeouts,
} from '../proxy-config.js';
import type { ParsedConfig, ParsedProvider } from '../schema/config.schema.js';
import type { Fallbacks } from '../schema/settings/fallbacks.js';
import { Secret } from '../secret.js';
import { deepFreeze } from './deep-freeze.js';

/** What the configuration needs beside the document itself. */
export interface Surroundings {
  readonly source: ConfigSource;
  /** The variables whose values a string holds, by the string's formatted path. */
  readonly variables: ReadonlyMap<string, readonly string[]>;
  /** Certificates by the provider's place in the list. */
  readonly certificates: ReadonlyMap<number, string>;
  readonly environmentProxies: EnvironmentProxies;
}

/** Turns a valid document into what the program works with: inheritance settled, secrets wrapped. */
export function resolveConfig(parsed: ParsedConfig, surroundings: Surroundings): ProxyConfig {
  const { source, variables, environmentProxies } = surroundings;
  const { server } = parsed;
  return deepFreeze<ProxyConfig>({
    source,
    providers: parsed.providers.map((provider, index) =>
      resolveProvider(provider, index, parsed, surroundings),
    ),
    server: {
      host: server.host,
      port: server.port,
      workers: server.workers,
      masterApiKey: optionalSecret(server.master_api_key, ['server', 'master_api_key'], variables),
      bodyLimit: server.body_limit,
      shutdownTimeout: server.shutdown_timeout,
      drainDelay: server.drain_delay,
      cors: server.cors,
      routingHeaders: server.routing_headers,
      portal: server.portal,
    },
    streamKeepalive: parsed.stream_keepalive,
    routing: parsed.routing,
    retry: parsed.retry,
    fallbacks: withoutEmpty(parsed.fallbacks),
    contextFallbacks: withoutEmpty(new Map([...parsed.fallbacks, ...parsed.context_fallbacks])),
    breaker: parsed.breaker,
    hedge: parsed.hedge,
    streamRecovery: parsed.stream_recovery,
    resume: { maxBytes: parsed.resume.max_bytes },
    health: { detailedRequiresKey: parsed.health.detailed_requires_key },
    metrics: { requiresKey: parsed.metrics.requires_key },
    logging: parsed.logging,
    environmentProxies,
  });
}

function withoutEmpty(fallbacks: Fallbacks): Fallbacks {
  return new Map([...fallbacks].filter(([, targets]) => targets.length > 0));
}

function resolveProvider(
  provider: ParsedProvider,
  index: number,
  parsed: ParsedConfig,
  surroundings: Surroundings,
): ProviderConfig {
  const base = {
    name: provider.name,
    weight: provider.weight,
    modelMapping: provider.model_mapping,
    timeouts: inheritTimeouts(provider.timeouts, parsed.timeouts),
  };
  if (provider.type === 'demo') {
    return {
      ...base,
      type: 'demo',
      tokensPerSecond: provider.tokens_per_second,
      latency: provider.latency,
      responseTokens: provider.response_tokens,
    };
  }
  return { ...base, ...resolveOpenAI(provider, index, parsed, surroundings) };
}

type OpenAIParts = Omit<OpenAIProviderConfig, 'name' | 'weight' | 'modelMapping' | 'timeouts'>;

function resolveOpenAI(
  provider: Exclude<ParsedProvider, { type: 'demo' }>,
  index: number,
  parsed: ParsedConfig,
  { variables, certificates }: Surroundings,
): OpenAIParts {
  const path = ['providers', index];
  const headers = [...provider.headers].map(([name, { writtenName, value }]) => {
    return [name, secretAt(value, [...path, 'headers', writtenName], variables)] as const;
  });
  return {
    type: 'openai',
    apiBase: provider.api_base,
    apiKey: optionalSecret(provider.api_key, [...path, 'api_key'], variables),
    headers: new Map(headers),
    verifySsl: provider.verify_ssl ?? parsed.verify_ssl,
    ca: certificates.get(index),
    proxy: resolveProxy(provider.proxy, [...path, 'proxy'], variables),
    streamUsage: provider.stream_usage,
    supportsPrefill: provider.supports_prefill,
  };
}

function inheritTimeouts(own: ParsedProvider['timeouts'], defaults: Timeouts): Timeouts {
  return {
    connect: own.connect ?? defaults.connect,
    firstToken: own.firstToken ?? defaults.firstToken,
    idle: own.idle ?? defaults.idle,
    total: own.total ?? defaults.total,
  };
}

type Variables = Surroundings['variables'];

function resolveProxy(route: string, path: DocumentPath, variables: Variables): ProxyRoute {
  return route === 'direct' || route === 'environment' ? route : secretAt(route, path, variables);
}

function optionalSecret(
  value: string | undefined,
  path: DocumentPath,
  variables: Variables,
): Secret | undefined {
  return value === undefined ? undefined : secretAt(value, path, variables);
}

function secretAt(value: string, path: DocumentPath, variables: Variables): Secret {
  const names = variables.get(formatPath(path));
  return names === undefined
    ? new Secret(value)
    : new Secret(value, `from ${names.map((name) => `\${${name}}`).join(' and ')}`);
}
