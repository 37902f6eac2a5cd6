import { afterEach, describe, expect, it, jest } from '@jest/globals';
import {
  type ClientResponse,
  FakeClock,
  FakeUpstream,
  MODEL,
  PROVIDER_KEY,
  type RunningProxy,
  UPSTREAM_MODEL,
  chatAnswer,
  closeAll,
  closing,
  json,
  open,
  providerAt,
  respond,
  send,
  silent,
  startProxy,
  turns,
  waitFor,
} from '../support/index.js';
import { expectNoInside } from '../support/error-format.js';

function get(proxy: RunningProxy, path: string): Promise<ClientResponse> {
  return send(proxy, { method: 'GET', path });
}

/** @returns what a provider that is well says of itself */
function up(model: string): object {
  return { status: 'up', tested_model: model, responseTime: expect.any(Number) };
}

describe('/health', () => {
  afterEach(closeAll);

  it('says who is configured, with which share', async () => {
    const upstream = await FakeUpstream.start();
    const proxy = await startProxy({
      config: {
        providers: [
          providerAt(upstream, { name: 'provider-1', weight: 2 }),
          providerAt(upstream, { name: 'provider-2' }),
        ],
      },
    });

    const response = await get(proxy, '/health');

    expect(response.status).toBe(200);
    expect(response.json()).toStrictEqual({
      status: 'ok',
      providers: 2,
      provider_info: [
        { name: 'provider-1', weight: 2, probability: '66.7%', state: 'closed' },
        { name: 'provider-2', weight: 1, probability: '33.3%', state: 'closed' },
      ],
    });
  });
});

describe('the probes', () => {
  afterEach(closeAll);

  it.each([
    ['/health/live', { status: 'ok', info: {}, error: {}, details: {} }],
    [
      '/health/ready',
      {
        status: 'ok',
        info: { proxy: { status: 'up' } },
        error: {},
        details: { proxy: { status: 'up' } },
      },
    ],
  ])('answer at %s without asking anybody', async (path, body) => {
    const upstream = await FakeUpstream.start();
    const proxy = await startProxy({ config: { providers: [providerAt(upstream)] } });
    await upstream.vanish();

    const response = await get(proxy, path);

    expect(response.status).toBe(200);
    expect(response.json()).toStrictEqual(body);
    expect(upstream.connections).toBe(0);
  });

  it('tell of a drain, but for the one that would have the process killed', async () => {
    const clock = new FakeClock();
    const upstream = await FakeUpstream.start();
    const proxy = await startProxy({
      clock,
      config: { providers: [providerAt(upstream)], server: { drain_delay: '5s' } },
    });

    const closed = proxy.app.close();
    await turns();
    const ready = await get(proxy, '/health/ready');
    const overview = await get(proxy, '/health');
    const live = await get(proxy, '/health/live');
    clock.advance(5000);
    await closed;

    expect([ready.status, overview.status, live.status]).toStrictEqual([503, 503, 200]);
    expect(ready.json()).toMatchObject({
      status: 'shutting_down',
      error: { proxy: { status: 'down', reason: 'shutting_down' } },
    });
    expect(overview.json()).toMatchObject({ status: 'shutting_down', providers: 1 });
  });
});

describe('/health/detailed', () => {
  afterEach(() => {
    jest.useRealTimers();
    return closeAll();
  });

  it('asks every provider for one tiny completion', async () => {
    const upstream = (await FakeUpstream.start()).answer(json(200, chatAnswer()));
    const proxy = await startProxy({
      config: {
        providers: [
          providerAt(upstream, { model_mapping: { [MODEL]: UPSTREAM_MODEL } }),
          { name: 'demo', type: 'demo', model_mapping: { demo: 'demo' } },
        ],
      },
    });

    const response = await get(proxy, '/health/detailed');

    const details = { upstream: up(UPSTREAM_MODEL), demo: up('demo') };
    expect(response.status).toBe(200);
    expect(response.json()).toStrictEqual({ status: 'ok', info: details, error: {}, details });
    expect(upstream.requests).toHaveLength(1);
    expect(upstream.lastRequest).toMatchObject({
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { authorization: `Bearer ${PROVIDER_KEY}` },
    });
    expect(JSON.parse(upstream.lastRequest.body.toString())).toMatchObject({
      model: UPSTREAM_MODEL,
      max_tokens: expect.any(Number),
    });
  });

  it('asks a provider without a mapping for the first model that it lists', async () => {
    const upstream = (await FakeUpstream.start()).answer(json(200, chatAnswer()));
    upstream.models = json(200, { data: [{ id: 'first' }, { id: 'second' }] });
    const proxy = await startProxy({
      config: { providers: [providerAt(upstream, { model_mapping: {} })] },
    });

    const response = await get(proxy, '/health/detailed');

    expect(response.json()).toMatchObject({ details: { upstream: up('first') } });
  });

  const echo = { error: { message: `Wrong key ${PROVIDER_KEY} at 10.0.0.7` } };

  it.each([
    ['refuses', json(401, echo), 'HTTP 401'],
    ['fails', json(500, echo), 'HTTP 500'],
    ['hangs up', closing, 'unreachable'],
    ['redirects', respond(302, '', { location: 'http://10.0.0.7/' }), undefined],
  ])('tells of a provider that %s, and of nothing of the inside', async (_name, script, reason) => {
    const upstream = (await FakeUpstream.start()).answer(script);
    const proxy = await startProxy({
      config: {
        providers: [
          providerAt(upstream),
          { name: 'demo', type: 'demo', model_mapping: { demo: 'demo' } },
        ],
      },
    });

    const response = await get(proxy, '/health/detailed');

    expect(response.status).toBe(503);
    expect(response.json()).toMatchObject({
      status: 'error',
      info: { demo: { status: 'up' } },
      error: { upstream: { status: 'down' } },
    });
    expect(response.text).toContain(reason ?? 'down');
    expect(response.text).not.toContain(PROVIDER_KEY);
    expect(response.text).not.toContain('10.0.0.7');
    expectNoInside(response.text);
  });

  it('gives a provider that says nothing up after 30 s', async () => {
    jest.useFakeTimers({
      doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'],
    });
    const upstream = (await FakeUpstream.start()).answer(silent);
    const proxy = await startProxy({ config: { providers: [providerAt(upstream)] } });
    const pending = open(proxy, { method: 'GET', path: '/health/detailed' });
    await waitFor(() => upstream.requests.length === 1, 'the provider is asked');

    jest.advanceTimersByTime(30_000);
    const response = await pending;
    await response.readAll();

    expect(response.status).toBe(503);
    expect(response.text).toContain('timeout');
    expectNoInside(response.text);
  });

  it('asks all at once, and once for all who want to know', async () => {
    const first = await FakeUpstream.start();
    const second = await FakeUpstream.start();
    const proxy = await startProxy({
      config: { providers: [providerAt(first), providerAt(second, { name: 'second' })] },
    });

    const pending = [get(proxy, '/health/detailed'), get(proxy, '/health/detailed')];
    const exchanges = await Promise.all([first.next(), second.next()]);
    await turns(20);
    for (const exchange of exchanges) {
      await json(200, chatAnswer())(exchange);
    }
    const [one, other] = await Promise.all(pending);

    expect(one?.text).toBe(other?.text);
    expect([first.requests.length, second.requests.length]).toStrictEqual([1, 1]);
  });

  it('keeps its answer for ten seconds, a bad one too', async () => {
    const clock = new FakeClock();
    const upstream = (await FakeUpstream.start()).answerOnce(
      json(500, {}),
      json(200, chatAnswer()),
    );
    const proxy = await startProxy({ clock, config: { providers: [providerAt(upstream)] } });

    const statuses: number[] = [];
    for (const wait of [0, 9999, 1]) {
      clock.advance(wait);
      statuses.push((await get(proxy, '/health/detailed')).status);
    }

    expect(statuses).toStrictEqual([503, 503, 200]);
    expect(upstream.requests).toHaveLength(2);
  });
});
