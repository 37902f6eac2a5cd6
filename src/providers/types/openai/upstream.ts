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
import { SideCallError, createSideClient } from './side-calls.js';

/** A provider that speaks OpenAI's API over HTTP. */
export class OpenAIUpstream implements Upstream {
  readonly location: string;
  readonly #age = new ConnectionAge();
  readonly #dispatcher: Dispatcher;
  readonly #headers: RequestHeaders;
  readonly #origin: string;
  readonly #basePath: string;
  readonly #sideClient: AxiosInstance;

  constructor(config: OpenAIProviderConfig, environment: EnvironmentProxies) {
    const base = new URL(config.apiBase);
    this.location = config.apiBase;
    this.#origin = base.origin;
    this.#basePath = base.pathname.replace(/\/$/, '');
    this.#dispatcher = createDispatcher(config, environment, this.#age);
    this.#headers = new RequestHeaders(config);
    this.#sideClient = createSideClient(config.apiBase, this.#headers.toRecord(), this.#dispatcher);
  }

  send(call: UpstreamCall, listener: UpstreamListener): UpstreamExchange {
    const length = call.body.reduce((sum, piece) => sum + piece.byteLength, 0);
    const request = {
      origin: this.#origin,
      path: this.#basePath + call.path,
      headers: this.#headers.build(call.clientHeaders, call.requestId, length),
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
    const { data } = await this.#sideClient.get<unknown>('/models', { timeout });
    return modelNamesFrom(data);
  }

  async probe(model: string, timeout: number): Promise<void> {
    const request = { model, messages: [{ role: 'user', content: 'Hi' }], max_tokens: 10 };
    let answer: unknown;
    try {
      const { data } = await this.#sideClient.post<unknown>('/chat/completions', request, {
        timeout,
      });
      answer = data;
    } catch (error) {
      throw new ProbeError(error instanceof SideCallError ? error.message : 'failed');
    }
    if (!isAnswer(answer)) {
      throw new ProbeError('invalid answer');
    }
  }

  close(): Promise<void> {
    return this.#dispatcher.destroy();
  }
}

/** A login page, or an error under a good status, is no completion. */
function isAnswer(data: unknown): boolean {
  return (
    typeof data === 'object' &&
    data !== null &&
    (!('error' in data) || data.error === null || data.error === undefined)
  );
}
