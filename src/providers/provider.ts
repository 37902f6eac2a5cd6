import type { Prefill, ProviderConfig, Timeouts } from '../config/index.js';
import type { ProviderHealth } from './breaker/provider-health.js';
import { ModelMapping } from './model-mapping.js';
import { DecayingAverage } from './routing/decaying-average.js';
import type { Routable } from './routing/routing-strategy.js';
import type { Upstream } from './upstream/upstream.js';

/**
 * Over what time a provider's times to the first token are averaged, ms: long enough that one long
 * prompt does not tell, short enough that an incident of minutes does.
 */
const FIRST_TOKEN_MEMORY = 30_000;

/** Where a provider is found on the network. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** One configured provider: its names, its share of the load, and the way to it. */
export class Provider implements Routable {
  readonly name: string;
  readonly type: ProviderConfig['type'];
  /** Where it is; undefined when it is built in. */
  readonly address: ServerAddress | undefined;
  readonly weight: number;
  readonly timeouts: Timeouts;
  readonly models: ModelMapping;
  /** Whether its streams are asked to end with a usage chunk (`stream_options.include_usage`). */
  readonly streamUsage: boolean;
  /** In which form it takes the beginning of an answer to go on from, if it does. */
  readonly supportsPrefill: Prefill;
  /** Words that must never leave the proxy in anything this provider says. */
  readonly secrets: readonly string[];
  readonly #timeToFirstToken = new DecayingAverage(FIRST_TOKEN_MEMORY);
  #running = 0;

  constructor(
    config: ProviderConfig,
    readonly upstream: Upstream,
    readonly health: ProviderHealth,
  ) {
    this.name = config.name;
    this.type = config.type;
    this.address = config.type === 'demo' ? undefined : addressOf(config.apiBase);
    this.weight = config.weight;
    this.timeouts = config.timeouts;
    this.models = new ModelMapping(config.modelMapping);
    this.streamUsage = config.type === 'demo' || config.streamUsage;
    this.supportsPrefill = config.type === 'demo' ? false : config.supportsPrefill;
    this.secrets = config.type === 'demo' ? [] : secretsOf(config);
  }

  get running(): number {
    return this.#running;
  }

  get timeToFirstToken(): number | undefined {
    return this.#timeToFirstToken.value;
  }

  /** A request goes there now; `requestEnded` follows once, however it ends. */
  requestStarted(): void {
    this.#running += 1;
  }

  requestEnded(): void {
    this.#running -= 1;
  }

  /**
   * To be told also of a request that was given up for being slow, with the time it was waited for,
   * or a provider that never answers is never known as slow; but not of a refusal: those are fast.
   *
   * @param duration - from the start of the request to its first content, ms
   * @param now - clock time, ms
   */
  observeFirstToken(duration: number, now: number): void {
    this.#timeToFirstToken.observe(duration, now);
  }
}

function addressOf(apiBase: string): ServerAddress {
  const { hostname, port, protocol } = new URL(apiBase);
  const implied = protocol === 'https:' ? 443 : 80;
  return { host: hostname, port: port === '' ? implied : Number(port) };
}

/** A shorter word could be an ordinary one, which nobody should miss in an answer, characters. */
const SHORTEST_SECRET = 8;

/** A credential behind its scheme (RFC 9110 section 11.4), such as `Bearer sk-…`. */
const CREDENTIAL = /^[\w-]+\s+(.+)$/;

/** What a header, or the variable behind it, is called that holds a credential. */
const CREDENTIAL_NAME = /auth|key|token|secret|password|credential|cookie|signature/i;

function secretsOf({ apiKey, headers }: Extract<ProviderConfig, { type: 'openai' }>): string[] {
  const credentials = [...headers]
    .filter(([name, { origin }]) => CREDENTIAL_NAME.test(`${name} ${origin}`))
    .map(([, value]) => value);
  return [apiKey, ...credentials]
    .filter((secret) => secret !== undefined)
    .map((secret) => secret.reveal())
    .flatMap((secret) => [secret, CREDENTIAL.exec(secret)?.[1] ?? ''])
    .filter((secret) => secret.length >= SHORTEST_SECRET);
}
