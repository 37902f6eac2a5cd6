import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import {
  ScriptedUpstream,
  type ScriptedProviderOptions,
  scriptedProvider,
} from '../../test/support/scripted-provider.js';
import { SeededRandom } from '../../test/support/seeded-random.js';
import { LiveConfig, parseConfig } from '../config/index.js';
import { type ReplyPart, RequestContext } from '../http/index.js';
import { ProviderRegistry } from '../providers/index.js';
import { parseCompletionRequest } from './completion-request.js';
import { CompletionsService } from './completions.service.js';
import { endpointNamed } from './endpoints.js';
import { RetryBudget } from './retry/retry-budget.js';

const CONFIG = parseConfig('providers: [{type: demo, name: demo}]', { environment: {} });

function newService(registry: ProviderRegistry): CompletionsService {
  const clock = new FakeClock();
  const budget = new RetryBudget(clock, CONFIG.retry);
  return new CompletionsService(
    new LiveConfig(CONFIG),
    registry,
    clock,
    new SeededRandom(),
    budget,
    [],
    undefined,
  );
}

interface Stage {
  readonly upstream: ScriptedUpstream;
  readonly context: RequestContext;
  readonly parts: ReplyPart[];
  readonly errors: unknown[];
  /** What the provider was sent. */
  readonly body: string;
}

/** Sends one request to a service whose only provider is scripted. */
function complete(
  text: string,
  { path = '/v1/chat/completions', ...provider }: ScriptedProviderOptions & { path?: string } = {},
): Stage {
  const upstream = new ScriptedUpstream();
  const registry = new ProviderRegistry([scriptedProvider(upstream, provider)]);
  const service = newService(registry);
  const context = new RequestContext('id', 'POST', path, path, 0);
  const parts: ReplyPart[] = [];
  const errors: unknown[] = [];
  const incoming = {
    endpoint: endpointNamed(path),
    request: parseCompletionRequest(Buffer.from(text)),
    headers: { 'user-agent': 'test' },
  };
  service.complete(incoming, context).subscribe({
    next: (part) => parts.push(part),
    error: (error: unknown) => errors.push(error),
  });
  const body = Buffer.concat(upstream.calls.flatMap((call) => call.body)).toString();
  return { upstream, context, parts, errors, body };
}

describe('CompletionsService', () => {
  it('asks nobody before somebody listens', () => {
    const upstream = new ScriptedUpstream();
    const registry = new ProviderRegistry([scriptedProvider(upstream)]);
    const service = newService(registry);
    const context = new RequestContext('id', 'POST', '/', undefined, 0);
    const request = parseCompletionRequest(Buffer.from('{"model":"m"}'));

    service.complete({ endpoint: endpointNamed('/v1/completions'), request, headers: {} }, context);

    expect(upstream.calls).toStrictEqual([]);
  });

  it('calls the provider at the endpoint, with our id of the request', () => {
    const { upstream } = complete('{"model":"m"}', { path: '/v1/embeddings' });

    expect(upstream.calls).toMatchObject([
      { path: '/embeddings', requestId: 'id', clientHeaders: { 'user-agent': 'test' } },
    ]);
  });

  it('asks for the model by the name the provider knows, and answers by the name asked for', () => {
    const { upstream, body, context, parts } = complete('{"model":"mine"}', {
      modelMapping: { mine: 'theirs' },
    });

    upstream.answer(200, { model: 'theirs-2025' });

    expect(body).toBe('{"model":"theirs"}');
    expect(parts).toMatchObject([{ body: Buffer.from('{"model":"mine"}') }]);
    expect(context).toMatchObject({
      model: 'mine',
      modelIsConfigured: true,
      upstreamModel: 'theirs',
      provider: 'scripted',
      streamed: false,
    });
  });

  it('changes no name where a provider has no mapping', () => {
    const { upstream, body, context, parts } = complete('{"model":"m"}');

    upstream.answer(200, { model: 'm-2025' });

    expect(body).toBe('{"model":"m"}');
    expect(parts).toMatchObject([{ body: Buffer.from('{"model":"m-2025"}') }]);
    expect(context.modelIsConfigured).toBe(false);
  });

  it('refuses a model that nobody serves', () => {
    const { upstream, errors, context } = complete('{"model":"other"}', {
      modelMapping: { mine: 'theirs' },
    });

    expect(errors).toMatchObject([{ status: 404, code: 'model_not_found', param: 'model' }]);
    expect(upstream.calls).toStrictEqual([]);
    expect(context).toMatchObject({ model: 'other', provider: undefined });
  });

  it('cancels the call when nobody listens any more', () => {
    const upstream = new ScriptedUpstream();
    const registry = new ProviderRegistry([scriptedProvider(upstream)]);
    const service = newService(registry);
    const context = new RequestContext('id', 'POST', '/', undefined, 0);
    const request = parseCompletionRequest(Buffer.from('{"model":"m"}'));
    const endpoint = endpointNamed('/v1/completions');

    service.complete({ endpoint, request, headers: {} }, context).subscribe().unsubscribe();

    expect(upstream.isCancelled).toBe(true);
  });
});

describe('CompletionsService: usage of a stream', () => {
  const USAGE = 'data: {"choices":[],"usage":{"total_tokens":3}}\n\n';
  const CONTENT = 'data: {"choices":[{"delta":{"content":"a"}}]}\n\n';

  async function stream(text: string, provider: ScriptedProviderOptions = {}): Promise<string> {
    const { upstream, parts } = complete(text, provider);
    upstream.beginStream();
    await upstream.packet(CONTENT + USAGE);
    return Buffer.concat(parts.filter((part) => part instanceof Uint8Array)).toString();
  }

  it('is asked for and kept when the client did not ask', async () => {
    const text = '{"model":"m","stream":true}';

    expect(complete(text).body).toContain('"stream_options":{"include_usage":true}');
    expect(await stream(text)).toBe(CONTENT);
  });

  it('is asked for and kept when the client declined', async () => {
    const text = '{"model":"m","stream":true,"stream_options":{"include_usage":false}}';

    expect(complete(text).body).toContain('"include_usage":true');
    expect(await stream(text)).toBe(CONTENT);
  });

  it('reaches the client that asked, whose request stays as it is', async () => {
    const text = '{"model":"m","stream":true,"stream_options":{"include_usage":true}}';

    expect(complete(text).body).toBe(text);
    expect(await stream(text)).toBe(CONTENT + USAGE);
  });

  it('is not asked of a provider that is configured so, and nothing of it is hidden', async () => {
    const text = '{"model":"m","stream":true}';

    expect(complete(text, { streamUsage: false }).body).toBe(text);
    expect(await stream(text, { streamUsage: false })).toBe(CONTENT + USAGE);
  });

  it.each([
    ['the request is not for a stream', '{"model":"m"}', '/v1/chat/completions'],
    ['the endpoint has no streams', '{"model":"m","stream":true}', '/v1/embeddings'],
  ])('is not asked for when %s', (_name, text, path) => {
    expect(complete(text, { path }).body).toBe(text);
  });
});
