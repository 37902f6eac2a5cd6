import type { AxiosInstance } from 'axios';
import type { Dispatcher } from 'undici';
import type { EnvironmentProxies, OpenAIProviderConfig } from '../../../config/index.js';
import { ConnectionAge } from '../../upstream/connection-age.js';
import { DecodingListener } from '../../upstream/decoding-listener.js';
import { createDispatcher } from '../../upstream/dispatcher.js';
import { HttpExchange } from '../../upstream/http-exchange.js';
import {
  ProbeError,
  type Upstream,
  type UpstreamCall,
  type UpstreamExchange,
  type UpstreamListener,
} from '../../upstream/upstream.js';
import { modelNamesFrom } from './model-names.js';
import { RequestHeaders } from './request-headers.js';
import { SideCallError } from './side-call-error.js';

/** A provider that speaks OpenAI's API over HTTP. */
export class OpenAIUpstream implements Upstream {
  readonly #age = new ConnectionAge();
  readonly #dispatcher: Dispatcher;
  readonly #headers: RequestHeaders;
  readonly #origin: string;
  readonly #basePath: string;
  readonly #apiBase: string;
  #sideClient: Promise<AxiosInstance> | undefined;

  constructor(config: OpenAIProviderConfig, environment: EnvironmentProxies) {
    const base = new URL(config.apiBase);
    this.#origin = base.origin;
    this.#basePath = base.pathname.replace(/\/$/, '');
    this.#dispatcher = createDispatcher(config, environment, this.#age);
    this.#headers = new RequestHeaders(config);
    this.#apiBase = config.apiBase;
  }

  send(call: UpstreamCall, listener: UpstreamListener): UpstreamExchange {
    const length = call.body.reduce((sum, piece) => sum + piece.byteLength, 0);
    const request = {
      origin: this.#origin,
      path: this.#basePath + call.path,
      headers: this.#headers.build(call, length),
      body: call.body,
    };
    const decoding = new DecodingListener(listener, (): UpstreamExchange => exchange);
    const exchange: HttpExchange = new HttpExchange(this.#dispatcher, this.#age, request, decoding);
    exchange.start();
    return {
      pause: () => {
        exchange.pause();
        decoding.pause();
      },
      resume: () => {
        exchange.resume();
        decoding.resume();
      },
      cancel: () => {
        exchange.cancel();
        decoding.cancel();
      },
    };
  }

  async listModels(timeout: number): Promise<readonly string[]> {
    const client = await this.#openSideClient();
    const { data } = await client.get<unknown>('/models', { timeout });
    return modelNamesFrom(data);
  }

  async probe(model: string, timeout: number): Promise<void> {
    const client = await this.#openSideClient();
    let refusal: unknown;
    for (const { path, body } of probesFor(model)) {
      try {
        const { data } = await client.post<unknown>(path, body, { timeout });
        if (!isAnswer(data)) {
          throw new ProbeError('invalid answer');
        }
        return;
      } catch (error) {
        refusal = error;
      }
      if (!(refusal instanceof SideCallError) || refusal.status !== 400) {
        break;
      }
    }
    throw refusal instanceof SideCallError ? new ProbeError(refusal.message) : refusal;
  }

  close(): Promise<void> {
    return this.#dispatcher.destroy();
  }

  /** Loads axios only when somebody asks: a first request needs neither its code nor its memory. */
  #openSideClient(): Promise<AxiosInstance> {
    this.#sideClient ??= import('./side-calls.js').then(({ createSideClient }) =>
      createSideClient(this.#apiBase, this.#headers.toRecord(), this.#dispatcher),
    );
    return this.#sideClient;
  }
}

interface Probe {
  readonly path: string;
  readonly body: object;
}

const MESSAGES = [{ role: 'user', content: 'Hi' }];

/** @returns what to ask a model, the next one where the one before is refused with 400 */
function probesFor(model: string): readonly Probe[] {
  if (/embed/i.test(model)) {
    return [{ path: '/embeddings', body: { model, input: 'Hi' } }];
  }
  const path = '/chat/completions';
  return [
    { path, body: { model, messages: MESSAGES, max_tokens: 10 } },
    // Reasoning models of OpenAI refuse `max_tokens`, and older servers ignore its successor.
    { path, body: { model, messages: MESSAGES, max_completion_tokens: 10 } },
  ];
}

/** A login page, or an error under a good status, is no completion. */
function isAnswer(data: unknown): boolean {
  return (
    typeof data === 'object' &&
    data !== null &&
    (!('error' in data) || data.error === null || data.error === undefined)
  );
}
