import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../src/clock/index.js';
import { type Prefill, type ProviderConfig, Secret } from '../../src/config/index.js';
import {
  Provider,
  type Upstream,
  type UpstreamCall,
  type UpstreamExchange,
  UpstreamFailure,
  type UpstreamListener,
} from '../../src/providers/index.js';
import { newHealth } from './provider-health.js';

/** The key that the provider of a test takes. */
export const SCRIPTED_KEY = 'sk-scripted/0123456789';

/** Deadlines that a test can tell apart, ms. */
export const TIMEOUTS = { connect: 5000, firstToken: 60_000, idle: 30_000, total: 600_000 };

/** A provider's side of one call, played by a test, without any network. */
export class ScriptedUpstream implements Upstream, UpstreamExchange {
  readonly calls: UpstreamCall[] = [];
  /** What was done to the latest exchange: `pause`, `resume`, `cancel`, in order. */
  readonly done: string[] = [];
  /** Called within `send`. */
  onSend: (listener: UpstreamListener) => void = () => undefined;
  #listener: UpstreamListener | undefined;

  get isCancelled(): boolean {
    return this.done.includes('cancel');
  }

  send(call: UpstreamCall, listener: UpstreamListener): UpstreamExchange {
    this.calls.push(call);
    this.#listener = listener;
    this.onSend(listener);
    return this;
  }

  connect(): void {
    this.#listener?.onConnected();
  }

  respond(status: number, headers: IncomingHttpHeaders): void {
    this.#listener?.onResponse(status, headers);
  }

  /** Connects and begins an event stream. */
  beginStream(headers: IncomingHttpHeaders = {}): void {
    this.connect();
    this.respond(200, { 'content-type': 'text/event-stream', ...headers });
  }

  /** Sends one packet and lets it be handed on. */
  async packet(bytes: string | Uint8Array): Promise<void> {
    this.data(bytes);
    await nextTick();
  }

  /** Sends one packet; what is to happen in the same tick may follow. */
  data(bytes: string | Uint8Array): void {
    this.#listener?.onData(Buffer.from(bytes));
  }

  end(): void {
    this.#listener?.onEnd();
  }

  fail(kind: UpstreamFailure['kind'], cause?: unknown): void {
    this.#listener?.onFailure(new UpstreamFailure(kind, cause));
  }

  /** Answers with one JSON body. */
  answer(status: number, body: unknown, headers: IncomingHttpHeaders = {}): void {
    this.connect();
    this.respond(status, { 'content-type': 'application/json', ...headers });
    this.data(JSON.stringify(body));
    this.end();
  }

  pause(): void {
    this.done.push('pause');
  }

  resume(): void {
    this.done.push('resume');
  }

  cancel(): void {
    this.done.push('cancel');
  }

  listModels(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  probe(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** What differs from a provider that serves any model under its own name. */
export interface ScriptedProviderOptions {
  readonly name?: string;
  readonly weight?: number;
  readonly modelMapping?: Readonly<Record<string, string>>;
  readonly streamUsage?: boolean;
  readonly supportsPrefill?: Prefill;
  /** What its circuit breaker goes by; one of its own unless given. */
  readonly clock?: Clock;
}

/** @returns a provider whose calls `upstream` answers */
export function scriptedProvider(
  upstream: Upstream,
  options: ScriptedProviderOptions = {},
): Provider {
  return new Provider(scriptedConfig(options), upstream, newHealth(options.clock));
}

/** @returns the settings of a provider that no request will really leave for */
export function scriptedConfig({
  name = 'scripted',
  weight = 1,
  modelMapping = {},
  streamUsage = true,
  supportsPrefill = false,
}: ScriptedProviderOptions = {}): ProviderConfig {
  return {
    type: 'openai',
    name,
    weight,
    modelMapping: new Map(Object.entries(modelMapping)),
    timeouts: TIMEOUTS,
    apiBase: 'http://scripted.invalid/v1',
    apiKey: new Secret(SCRIPTED_KEY),
    headers: new Map(),
    verifySsl: true,
    ca: undefined,
    proxy: 'direct',
    streamUsage,
    supportsPrefill,
  };
}

/** Waits until what is planned for the end of this tick has happened. */
export function nextTick(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}
