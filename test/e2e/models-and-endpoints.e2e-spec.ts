import { afterEach, describe, expect, it } from '@jest/globals';
import {
  FakeUpstream,
  chatAnswer,
  chatBody,
  closeAll,
  json,
  providerAt,
  send,
  startProxy,
} from '../support/index.js';

interface Named {
  readonly model: string;
}

describe('a mapped model', () => {
  afterEach(closeAll);

  it.each([
    { rule: 'an exact name', asked: 'gpt-4o', sent: 'dated-gpt-4o' },
    { rule: 'a wildcard that passes the rest on', asked: 'gpt-5-mini', sent: 'vendor/gpt-5-mini' },
    { rule: 'the longest wildcard', asked: 'gpt-4-turbo', sent: 'vendor4/turbo' },
    { rule: 'a wildcard with one target', asked: 'claude-x', sent: 'sonnet' },
  ])('is renamed on the way out and back by $rule', async ({ asked, sent }) => {
    const upstream = (await FakeUpstream.start()).answer(json(200, chatAnswer('Hi', sent)));
    const mapping = {
      'gpt-*': 'vendor/gpt-*',
      'gpt-4o': 'dated-gpt-4o',
      'gpt-4-*': 'vendor4/*',
      'claude-*': 'sonnet',
    };
    const proxy = await startProxy({
      config: { providers: [providerAt(upstream, { model_mapping: mapping })] },
    });

    const response = await send(proxy, { body: { model: asked } });

    expect(JSON.parse(upstream.lastRequest.body.toString())).toStrictEqual({ model: sent });
    expect((response.json() as Named).model).toBe(asked);
  });

  it('is renamed back whatever name the provider answers with', async () => {
    const upstream = (await FakeUpstream.start()).answer(json(200, chatAnswer('Hi', 'u-2025-01')));
    const proxy = await startProxy({
      config: { providers: [providerAt(upstream, { model_mapping: { client: 'u' } })] },
    });

    const response = await send(proxy, { body: { model: 'client' } });

    expect((response.json() as Named).model).toBe('client');
  });

  it('that no provider maps is a 404 that reaches no provider', async () => {
    const upstream = await FakeUpstream.start();
    const proxy = await startProxy({
      config: { providers: [providerAt(upstream, { model_mapping: { client: 'u' } })] },
    });

    const response = await send(proxy, { body: { model: 'unknown' } });

    expect(response.status).toBe(404);
    expect(response.json()).toMatchObject({
      error: { type: 'invalid_request_error', code: 'model_not_found', param: 'model' },
    });
    expect(upstream.connections).toBe(0);
  });
});

describe('an endpoint', () => {
  afterEach(closeAll);

  it.each([
    { path: '/v1/chat/completions', upstreamPath: '/v1/chat/completions' },
    { path: '/chat/completions', upstreamPath: '/v1/chat/completions' },
    { path: '/v1/completions', upstreamPath: '/v1/completions' },
    { path: '/completions', upstreamPath: '/v1/completions' },
    { path: '/v1/embeddings', upstreamPath: '/v1/embeddings' },
    { path: '/embeddings', upstreamPath: '/v1/embeddings' },
  ])('$path is passed on to $upstreamPath', async ({ path, upstreamPath }) => {
    const answer =
      '{"object":"list","data":[{"embedding":[0.10,1e-7]}],"model":"client-model","usage":{}}';
    const upstream = (await FakeUpstream.start()).answer(json(200, answer));
    const proxy = await startProxy({ config: { providers: [providerAt(upstream)] } });

    const response = await send(proxy, { path, body: '{"model":"client-model","input":"text"}' });

    expect(response.status).toBe(200);
    expect(response.text).toBe(answer);
    expect(upstream.lastRequest).toMatchObject({ method: 'POST', path: upstreamPath });
    expect(upstream.lastRequest.body.toString()).toBe('{"model":"client-model","input":"text"}');
  });

  it('is found below an api_base with a path of its own and a slash at its end', async () => {
    const upstream = (await FakeUpstream.start()).answer(json(200, chatAnswer()));
    const base = `http://127.0.0.1:${upstream.port}/openai/deployments/x/`;
    const proxy = await startProxy({
      config: { providers: [providerAt(upstream, { api_base: base })] },
    });

    await send(proxy, { body: chatBody() });

    expect(upstream.lastRequest.path).toBe('/openai/deployments/x/chat/completions');
  });

  it('without streams never asks for their usage', async () => {
    const upstream = (await FakeUpstream.start()).answer(json(200, '{"data":[]}'));
    const proxy = await startProxy({ config: { providers: [providerAt(upstream)] } });
    const body = '{"model":"client-model","input":"text","stream":true}';

    await send(proxy, { path: '/v1/embeddings', body });

    expect(upstream.lastRequest.body.toString()).toBe(body);
  });
});

describe('round robin', () => {
  afterEach(closeAll);

  it('gives weights 2:1 their share in every window of three requests', async () => {
    const heavy = (await FakeUpstream.start()).answer(json(200, chatAnswer('heavy')));
    const light = (await FakeUpstream.start()).answer(json(200, chatAnswer('light')));
    const proxy = await startProxy({
      config: {
        providers: [
          providerAt(heavy, { name: 'heavy', weight: 2 }),
          providerAt(light, { name: 'light' }),
        ],
      },
    });

    const picks: string[] = [];
    for (let request = 0; request < 12; request += 1) {
      const { text } = await send(proxy, { body: chatBody() });
      picks.push(text.includes('heavy') ? 'heavy' : 'light');
    }

    const windows = picks.slice(0, -2).map((_, start) => picks.slice(start, start + 3));
    expect(windows.map((window) => window.sort().join())).toStrictEqual(
      windows.map(() => 'heavy,heavy,light'),
    );
    const metrics = await proxy.metrics();
    expect(metrics.sum('llm_proxy_requests_total', { provider: 'heavy' })).toBe(8);
    expect(metrics.sum('llm_proxy_requests_total', { provider: 'light' })).toBe(4);
  });

  it('shares a model only among those who serve it', async () => {
    const both = (await FakeUpstream.start()).answer(json(200, chatAnswer('both')));
    const one = (await FakeUpstream.start()).answer(json(200, chatAnswer('one')));
    const proxy = await startProxy({
      config: {
        providers: [
          providerAt(both, { name: 'both', model_mapping: { a: 'a', b: 'b' } }),
          providerAt(one, { name: 'one', model_mapping: { a: 'a' } }),
        ],
      },
    });

    for (const model of ['a', 'b', 'a', 'b', 'a', 'b', 'a', 'b']) {
      await send(proxy, { body: { model } });
    }

    expect([both.requests.length, one.requests.length]).toStrictEqual([6, 2]);
  });
});
