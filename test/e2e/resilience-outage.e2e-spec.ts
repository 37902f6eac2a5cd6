import { afterEach, describe, expect, it } from '@jest/globals';
import {
  FakeClock,
  FakeUpstream,
  MODEL,
  type RunningProxy,
  chatAnswer,
  chatBody,
  closeAll,
  json,
  providerAt,
  send,
  startProxy,
  startRequest,
  turns,
  waitFor,
} from '../support/index.js';

interface Scene {
  readonly proxy: RunningProxy;
  readonly clock: FakeClock;
  readonly upstream: FakeUpstream;
}

const NO = { error: { message: 'no' } };

async function start(
  settings: Readonly<Record<string, unknown>>,
  mapping: Readonly<Record<string, string>> = { [MODEL]: MODEL },
): Promise<Scene> {
  const clock = new FakeClock();
  const upstream = await FakeUpstream.start();
  const provider = providerAt(upstream, { model_mapping: mapping });
  const config = { stream_keepalive: 0, ...settings, providers: [provider] };
  return { proxy: await startProxy({ clock, config }), clock, upstream };
}

describe('a provider that is out for a minute', () => {
  afterEach(closeAll);

  it('gets a handful of requests meanwhile, and all of them within seconds after', async () => {
    const { proxy, clock, upstream } = await start({
      retry: { attempts: 1, max_wait: 0 },
      breaker: {},
    });
    upstream.answer(json(503, NO));
    const statuses: number[] = [];
    for (let second = 0; second < 60; second += 1) {
      statuses.push((await send(proxy, { body: chatBody() })).status);
      clock.advance(1000);
    }
    const during = upstream.requests.length;
    const page = await proxy.metrics();

    upstream.answer(json(200, chatAnswer()));
    let secondsAfter = 0;
    let status = 503;
    while (status !== 200 && secondsAfter < 60) {
      ({ status } = await send(proxy, { body: chatBody() }));
      clock.advance(1000);
      secondsAfter += 1;
    }
    const well = await proxy.metrics();

    expect(new Set(statuses)).toStrictEqual(new Set([503]));
    // Five in a row until the breaker opens, and then one for each time that it half-opens.
    expect(during).toBeLessThanOrEqual(5 + 4);
    expect(secondsAfter).toBeLessThanOrEqual(31);
    expect(page.sum('llm_proxy_breaker_state', { model: 'all' })).toBe(2);
    expect(page.sum('llm_proxy_provider_health')).toBe(0);
    expect(well.sum('llm_proxy_breaker_state', { model: 'all' })).toBe(0);
    expect(well.sum('llm_proxy_provider_health')).toBe(1);
  });

  it('is told with 503 and when to come back, and /health says so', async () => {
    const { proxy, upstream } = await start({
      retry: { attempts: 1, max_wait: 0 },
      breaker: { consecutive_failures: 1, open: '5s' },
    });
    upstream.answer(json(500, NO));
    await send(proxy, { body: chatBody() });

    const refused = await send(proxy, { body: chatBody() });
    const health = await send(proxy, { method: 'GET', path: '/health' });

    expect(refused.status).toBe(503);
    expect(refused.headers['retry-after']).toBe('5');
    expect(refused.json()).toMatchObject({ error: { code: 'no_healthy_provider' } });
    expect(health.json()).toMatchObject({
      provider_info: [{ state: 'open', out_until: '2026-01-01T00:00:05.000Z' }],
    });
    expect(upstream.requests).toHaveLength(1);
  });
});

describe('a model that others stand in for', () => {
  afterEach(closeAll);

  const MAPPING = { [MODEL]: MODEL, other: 'other', large: 'large' };
  const SETTINGS = { fallbacks: { [MODEL]: ['other'] }, context_fallbacks: { [MODEL]: ['large'] } };

  it.each([
    ['is broken', json(500, NO), 'other'],
    [
      'cannot take so long a prompt',
      json(400, { error: { code: 'context_length_exceeded' } }),
      'large',
    ],
  ])('is answered for when it %s', async (_name, script, standIn) => {
    const { proxy, upstream } = await start(SETTINGS, MAPPING);
    upstream.answerOnce(script, json(200, { ...chatAnswer(), model: standIn }));

    const response = await send(proxy, { body: chatBody() });

    expect(response.status).toBe(200);
    expect(response.json()).toMatchObject({ model: standIn });
    expect(response.headers).toMatchObject({
      'x-llm-proxy-model': standIn,
      'x-llm-proxy-attempts': '2',
    });
    expect(upstream.lastRequest.body.toString()).toContain(`"model":"${standIn}"`);
    const metrics = await proxy.metrics();
    expect(metrics.sum('llm_proxy_fallbacks_total', { from: MODEL, to: standIn })).toBe(1);
  });

  it('is not answered for when the content is forbidden', async () => {
    const { proxy, upstream } = await start(SETTINGS, MAPPING);
    upstream.answer(json(400, { error: { code: 'content_filter', message: 'no' } }));

    const response = await send(proxy, { body: chatBody() });

    expect(response.status).toBe(400);
    expect(response.json()).toMatchObject({ error: { code: 'content_filter' } });
    expect(upstream.requests).toHaveLength(1);
  });
});

describe('a client that leaves while its request waits for the next attempt', () => {
  afterEach(closeAll);

  it('has nothing more sent to any provider', async () => {
    const { proxy, clock, upstream } = await start({ retry: { attempts: 3 } });
    upstream.answer(json(429, NO, { 'retry-after': 5 }));
    const pending = startRequest(proxy, { body: chatBody() });
    await waitFor(() => upstream.requests.length === 1, 'the provider is asked');
    await turns(20);

    pending.abort();
    await waitFor(() => proxy.logs.requests.length === 1, 'the request is logged');
    clock.advance(60_000);
    await turns(20);

    expect(upstream.requests).toHaveLength(1);
    expect(proxy.logs.requests).toMatchObject([{ status: 499, ending: 'client_closed' }]);
    expect((await proxy.metrics()).sum('llm_proxy_active_requests')).toBe(0);
  });
});

describe('a shutdown while a request waits for the next attempt', () => {
  afterEach(closeAll);

  it('ends it at the deadline, with an error, and asks nobody again', async () => {
    const { proxy, clock, upstream } = await start({
      retry: { attempts: 3 },
      server: { shutdown_timeout: '3s' },
    });
    upstream.answerOnce(json(429, NO, { 'retry-after': 2 }), json(429, NO, { 'retry-after': 9 }));
    upstream.answer(json(200, chatAnswer()));
    const [first, second] = [
      startRequest(proxy, { body: chatBody() }),
      startRequest(proxy, { body: chatBody() }),
    ];
    await waitFor(() => upstream.requests.length === 2, 'the provider is asked twice');
    await turns(20);

    const closed = proxy.app.close();
    await waitFor(() => !proxy.app.getHttpServer().listening, 'the proxy stops listening');
    clock.advance(3000);
    const statuses = await Promise.all(
      [first, second].map(async ({ response }) => (await response).status),
    );
    clock.advance(1000);
    await closed;

    expect(statuses).toStrictEqual([503, 503]);
    expect(upstream.requests).toHaveLength(2);
  });
});
