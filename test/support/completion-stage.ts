import type { Subscription } from 'rxjs';
import {
  type AttemptReport,
  type AttemptTracer,
  CompletionsService,
  RetryBudget,
  endpointNamed,
  parseCompletionRequest,
} from '../../src/completions/index.js';
import { LiveConfig, type ProxyConfig, parseConfig } from '../../src/config/index.js';
import type { ProxyError } from '../../src/errors/index.js';
import { type FlowControl, type ReplyPart, RequestContext } from '../../src/http/index.js';
import { type Provider, ProviderRegistry } from '../../src/providers/index.js';
import { FakeClock } from './fake-clock.js';
import {
  type ScriptedProviderOptions,
  ScriptedUpstream,
  scriptedProvider,
} from './scripted-provider.js';
import { SeededRandom } from './seeded-random.js';

/** What providers say on the stage: a stream of one word, and a refusal. */
export const CONTENT = 'data: {"id":"1","choices":[{"index":0,"delta":{"content":"a"}}]}\n\n';
export const FINISH =
  'data: {"id":"1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';
export const DONE = 'data: [DONE]\n\n';
export const REFUSAL = { error: { message: 'no' } };

export interface StageOptions {
  /** The providers, by name; just one, `scripted`, unless given. */
  readonly providers?: Readonly<Record<string, ScriptedProviderOptions>>;
  /** Settings of the whole configuration, as in its file. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** What follows the attempts; nothing unless given. */
  readonly tracer?: AttemptTracer;
}

export interface AskOptions {
  readonly body?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: string;
}

/** The main job over providers that a test plays, in a time that it moves: no HTTP, no Nest. */
export class CompletionStage {
  readonly clock = new FakeClock();
  readonly reports: AttemptReport[] = [];
  readonly budget: RetryBudget;
  readonly #upstreams = new Map<string, ScriptedUpstream>();
  readonly #providers = new Map<string, Provider>();
  readonly #live: LiveConfig;
  readonly #registry: ProviderRegistry;
  readonly #service: CompletionsService;

  constructor({ providers = { scripted: {} }, settings = {}, tracer }: StageOptions = {}) {
    const config = configOf(settings);
    for (const [name, options] of Object.entries(providers)) {
      const upstream = new ScriptedUpstream();
      this.#upstreams.set(name, upstream);
      this.#providers.set(
        name,
        scriptedProvider(upstream, { name, clock: this.clock, ...options }),
      );
    }
    this.budget = new RetryBudget(this.clock, config.retry);
    this.#registry = new ProviderRegistry([...this.#providers.values()]);
    this.#live = new LiveConfig(config);
    this.#service = new CompletionsService(
      this.#live,
      this.#registry,
      this.clock,
      new SeededRandom(),
      this.budget,
      [{ attemptEnded: (report) => this.reports.push(report) }],
      tracer,
    );
  }

  /** What the attempts that are over came to, as `provider: outcome`. */
  get outcomes(): string[] {
    return this.reports.map(({ provider, outcome }) => `${provider}: ${outcome}`);
  }

  upstream(name = 'scripted'): ScriptedUpstream {
    return found(this.#upstreams.get(name));
  }

  /** Has a provider answer its latest call with a stream. */
  async answer(name: string): Promise<void> {
    const upstream = this.upstream(name);
    upstream.beginStream();
    await upstream.packet(CONTENT);
    await upstream.packet(FINISH + DONE);
  }

  provider(name = 'scripted'): Provider {
    return found(this.#providers.get(name));
  }

  /** Has the configuration read anew, with these settings. */
  reload(settings: Readonly<Record<string, unknown>>): void {
    this.#live.replace(configOf(settings));
  }

  /** Takes a provider away from the requests to come. */
  removeProvider(name: string): void {
    this.#providers.delete(name);
    this.#registry.replace([...this.#providers.values()]);
  }

  /** The provider that was asked last of those that have not ended; what it was asked is in `calls`. */
  names(): string[] {
    return [...this.#upstreams].filter(([, { calls }]) => calls.length > 0).map(([name]) => name);
  }

  /** Sends one request; for a stream of the model `m` unless the body says otherwise. */
  ask({ body = {}, headers = {}, path = '/v1/chat/completions' }: AskOptions = {}): Asked {
    const text = JSON.stringify({
      model: 'm',
      messages: [{ role: 'user', content: 'x' }],
      stream: true,
      ...body,
    });
    const context = new RequestContext('id', 'POST', path, path, this.clock.now());
    const incoming = {
      endpoint: endpointNamed(path),
      request: parseCompletionRequest(Buffer.from(text)),
      headers,
    };
    return new Asked(this.#service, incoming, context);
  }
}

/** One request, and what its client has received. */
export class Asked {
  /** `stream`, `whole`, `error` and `complete`, and batches as their text, in order. */
  readonly heard: string[] = [];
  readonly parts: ReplyPart[] = [];
  error: ProxyError | undefined;
  readonly #subscription: Subscription;

  constructor(
    service: CompletionsService,
    incoming: Parameters<CompletionsService['complete']>[0],
    readonly context: RequestContext,
  ) {
    this.#subscription = service.complete(incoming, context).subscribe({
      next: (part) => {
        this.parts.push(part);
        this.heard.push(part instanceof Uint8Array ? Buffer.from(part).toString() : part.kind);
      },
      error: (error: ProxyError) => {
        this.heard.push('error');
        this.error = error;
      },
      complete: () => {
        this.heard.push('complete');
      },
    });
  }

  /** The text that the client has of a stream. */
  get text(): string {
    return this.parts
      .filter((part) => part instanceof Uint8Array)
      .map((part) => Buffer.from(part).toString())
      .join('');
  }

  /** The head of what came: the whole reply, or the opening of a stream. */
  get head(): Exclude<ReplyPart, Uint8Array> {
    const [head] = this.parts;
    if (head === undefined || head instanceof Uint8Array) {
      throw new Error('nothing has come yet');
    }
    return head;
  }

  /** What holds the stream back, as it was handed out. */
  get flow(): FlowControl {
    const { head } = this;
    if (head.kind !== 'stream') {
      throw new Error('there is no stream');
    }
    return head.flow;
  }

  leave(): void {
    this.#subscription.unsubscribe();
  }
}

function configOf(settings: Readonly<Record<string, unknown>>): ProxyConfig {
  return parseConfig(JSON.stringify({ providers: [{ type: 'demo', name: 'demo' }], ...settings }));
}

function found<Value>(value: Value | undefined): Value {
  if (value === undefined) {
    throw new Error('there is none');
  }
  return value;
}
