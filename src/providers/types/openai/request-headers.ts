import type { IncomingHttpHeaders } from 'node:http';
import type { OpenAIProviderConfig } from '../../../config/index.js';
import type { UpstreamCall } from '../../upstream/upstream.js';

/**
 * The client's headers that travel on to a provider: those that say something about the request
 * itself. Everything else stays here: keys and cookies, hop-by-hop headers, addresses, and what
 * identity-aware proxies in front of us may have added.
 */
const FORWARDED: readonly string[] = [
  'accept',
  'user-agent',
  'openai-beta',
  'idempotency-key',
  'traceparent',
  'tracestate',
  // OpenRouter's attribution headers.
  'http-referer',
  'x-title',
];

/** Builds the headers of calls to one provider; what never changes is prepared once. */
export class RequestHeaders {
  readonly #fixed: readonly string[];
  readonly #forwarded: readonly string[];
  readonly #hasOwnRequestId: boolean;

  constructor(config: OpenAIProviderConfig) {
    const fixed = new Map([
      ['content-type', 'application/json'],
      // A compressed stream would be held back until a block is full.
      ['accept-encoding', 'identity'],
    ]);
    if (config.apiKey !== undefined) {
      fixed.set('authorization', `Bearer ${config.apiKey.reveal()}`);
    }
    for (const [name, value] of config.headers) {
      fixed.set(name, value.reveal());
    }
    this.#hasOwnRequestId = fixed.has('x-request-id');
    this.#forwarded = FORWARDED.filter((name) => !fixed.has(name));
    this.#fixed = [...fixed].flat();
  }

  /** @returns names and values in turn */
  build(
    { clientHeaders, requestId, traceContext }: Omit<UpstreamCall, 'path' | 'body'>,
    contentLength: number,
  ): string[] {
    const headers = [...this.#fixed, 'content-length', String(contentLength)];
    if (!this.#hasOwnRequestId) {
      headers.push('x-request-id', requestId);
    }
    const travelling: IncomingHttpHeaders =
      traceContext === undefined ? clientHeaders : { ...clientHeaders, ...traceContext };
    for (const name of this.#forwarded) {
      const value = travelling[name];
      if (typeof value === 'string') {
        headers.push(name, value);
      }
    }
    return headers;
  }

  /** @returns the fixed headers by name, for side calls */
  toRecord(): Record<string, string> {
    const record: Record<string, string> = {};
    for (let index = 0; index + 1 < this.#fixed.length; index += 2) {
      record[this.#fixed[index] ?? ''] = this.#fixed[index + 1] ?? '';
    }
    return record;
  }
}
