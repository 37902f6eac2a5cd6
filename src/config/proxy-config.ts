import type { ParsedConfig } from './schema/config.schema.js';
import type { Prefill } from './schema/settings/prefill.js';
import type { Workers } from './schema/settings/workers.js';

export type { Prefill };
import type { Secret } from './secret.js';

/**
 * The whole configuration: validated, with every default filled in, deeply frozen. Durations are
 * in milliseconds, sizes in bytes. Nothing past `src/config/` reads files or `process.env`.
 */
export interface ProxyConfig {
  readonly source: ConfigSource;
  /** At least one, in the order of the file; names are unique. */
  readonly providers: readonly ProviderConfig[];
  readonly server: ServerConfig;
  /** How long (ms) a silent stream may last before `: ping` comments keep it open; 0: never. */
  readonly streamKeepalive: number;
  readonly routing: RoutingConfig;
  readonly retry: RetryConfig;
  /** A model → those that answer in its place, in this order; a model without any is not in it. */
  readonly fallbacks: ReadonlyMap<string, readonly string[]>;
  /** The same for requests that are too long for a model: its own list, else that of `fallbacks`. */
  readonly contextFallbacks: ReadonlyMap<string, readonly string[]>;
  readonly breaker: BreakerConfig;
  /** Undefined: no second provider is ever asked beside a slow one. */
  readonly hedge: HedgeConfig | undefined;
  readonly streamRecovery: StreamRecovery;
  /** How much of a stream, in bytes, is kept to be able to go on with it. */
  readonly resume: { readonly maxBytes: number };
  readonly health: { readonly detailedRequiresKey: boolean };
  readonly metrics: { readonly requiresKey: boolean };
  readonly logging: { readonly level: LogLevel; readonly format: LogFormat };
  readonly environmentProxies: EnvironmentProxies;
}

/** Where the configuration was read from. */
export interface ConfigSource {
  /** Absolute path of the YAML file. */
  readonly path: string;
  /** The first digits of the SHA-256 of that file's text. */
  readonly hash: string;
  /** True when no file of the user's was found and the packaged demo runs. */
  readonly demo: boolean;
  /** Absolute path of the `.env` file that was read, when there is one. */
  readonly envFile?: string | undefined;
}

export interface ServerConfig {
  readonly host: string;
  /** 0 lets the system choose a free port. */
  readonly port: number;
  /** How many processes serve; `auto`: one for each core that may be used. */
  readonly workers: Workers;
  /** The key that clients must send; undefined: the proxy is open. */
  readonly masterApiKey: Secret | undefined;
  /** The largest request body, in bytes. */
  readonly bodyLimit: number;
  /** How long (ms) running requests may take to end after a signal to stop. */
  readonly shutdownTimeout: number;
  /** How long (ms) new requests are still served after a signal to stop. */
  readonly drainDelay: number;
  readonly cors: CorsConfig;
  /** Whether answers say which way they came. */
  readonly routingHeaders: boolean;
  /** Whether there are pages for people. */
  readonly portal: boolean;
}

/** Which web pages may call the proxy: none, any, or those of these origins. */
export type CorsConfig = false | { readonly origins: '*' | readonly string[] };

export type LogLevel = ParsedConfig['logging']['level'];
export type LogFormat = ParsedConfig['logging']['format'];

/** Which of a model's providers a request goes to, and what keeps it there. */
export type RoutingConfig = Readonly<ParsedConfig['routing']>;

/**
 * Retries: `attempts` per model; `maxWait`, `backoff` and `maxBackoff` in ms; `budget` in retries per
 * request, `budgetFloor` in retries per second.
 */
export type RetryConfig = Readonly<ParsedConfig['retry']>;

/** When a provider is left alone: ratios from 0 to 1; `window`, `openFor` and `maxOpen` in ms. */
export type BreakerConfig = Readonly<ParsedConfig['breaker']>;

/** When a second provider is asked: `after` in ms or p95; `maxRatio` of all requests, 0 to 1. */
export type HedgeConfig = Readonly<NonNullable<ParsedConfig['hedge']>>;

export type StreamRecovery = ParsedConfig['stream_recovery'];

/** How long (ms) to wait for each phase of an upstream call. */
export type Timeouts = Readonly<ParsedConfig['timeouts']>;

interface ProviderBase {
  readonly name: string;
  /** Its part of the traffic, relative to the others'; 1 to 10,000. */
  readonly weight: number;
  /** The client's name of a model → the provider's; empty: serves any model under its own name. */
  readonly modelMapping: ReadonlyMap<string, string>;
  readonly timeouts: Timeouts;
}

/** A server that speaks OpenAI's API. */
export interface OpenAIProviderConfig extends ProviderBase {
  readonly type: 'openai';
  /** An http(s) URL without trailing slash, credentials, query or fragment. */
  readonly apiBase: string;
  readonly apiKey: Secret | undefined;
  /** Headers to add to every request, by lower-cased name. */
  readonly headers: ReadonlyMap<string, Secret>;
  /** Whether the server's certificate must be valid. */
  readonly verifySsl: boolean;
  /** Certificates (PEM) to trust instead of the system's. */
  readonly ca: string | undefined;
  readonly proxy: ProxyRoute;
  /** Whether to ask for token counts in streams whose client did not ask for them. */
  readonly streamUsage: boolean;
  /** How it is asked to go on with an answer that has begun; `any`: the form is not known. */
  readonly supportsPrefill: Prefill;
}

/** How to reach a provider: straight, as HTTP_PROXY and friends say, or through this proxy URL. */
export type ProxyRoute = 'direct' | 'environment' | Secret;

/** A model that is built into the proxy: no network, no key. */
export interface DemoProviderConfig extends ProviderBase {
  readonly type: 'demo';
  /** Pace of a stream; 0: as fast as possible. */
  readonly tokensPerSecond: number;
  /** Time (ms) before the first token. */
  readonly latency: number;
  /** Length of an answer, in tokens. */
  readonly responseTokens: number;
}

export type ProviderConfig = OpenAIProviderConfig | DemoProviderConfig;

/** HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in either case; a blank one counts as unset. */
export interface EnvironmentProxies {
  readonly httpProxy?: Secret | undefined;
  readonly httpsProxy?: Secret | undefined;
  readonly noProxy?: string | undefined;
}
