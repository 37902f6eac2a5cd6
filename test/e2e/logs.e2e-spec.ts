import { afterEach, describe, expect, it } from '@jest/globals';
import {
  FakeClock,
  FakeUpstream,
  MODEL,
  type RunningProxy,
  STREAM_HEAD,
  UPSTREAM_MODEL,
  chatAnswer,
  chatBody,
  chunk,
  closeAll,
  closing,
  finishEvent,
  json,
  open,
  providerAt,
  send,
  sse,
  startProxy,
  startRequest,
  textEvent,
  usageEvent,
  waitFor,
} from '../support/index.js';

interface Scene {
  readonly proxy: RunningProxy;
  readonly upstream: FakeUpstream;
  readonly clock: FakeClock;
}

const MAPPED = { model_mapping: { [MODEL]: UPSTREAM_MODEL } };
const ID = { 'x-request-id': 'mine-1' };

async function start(logging: object = {}, environment = {}): Promise<Scene> {
  const clock = new FakeClock();
  const upstream = await FakeUpstream.start();
  const config = { providers: [providerAt(upstream, MAPPED)], logging };
  return { proxy: await startProxy({ clock, config, environment }), upstream, clock };
}

/** @returns the line of the scene's only request, without its time */
async function lineOf({ proxy }: Scene): Promise<object> {
  await waitFor(() => proxy.logs.requests.length > 0, 'the request is over');
  expect(proxy.logs.requests).toHaveLength(1);
  const [line] = proxy.logs.requests;
  const { time, ...rest } = line ?? {};
  expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  return rest;
}

const ASKED = { requestId: 'mine-1', method: 'POST', endpoint: '/v1/chat/completions' };
const SERVED = { ...ASKED, model: MODEL, upstreamModel: UPSTREAM_MODEL, provider: 'upstream' };
const ONE_ATTEMPT = { attempts: [{ provider: 'upstream', outcome: 'success', ms: 0 }] };
const TIMES = { durationMs: 0, upstreamMs: 0 };
const USAGE = { promptTokens: 3, completionTokens: 4, totalTokens: 7 };

describe('the line of a request', () => {
  afterEach(closeAll);

  it('tells all of an answer', async () => {
    const scene = await start();
    scene.upstream.answer(json(200, chatAnswer()));

    await send(scene.proxy, { path: '/chat/completions?key=x', headers: ID, body: chatBody() });

    expect(await lineOf(scene)).toStrictEqual({
      level: 'info',
      msg: 'request',
      ...SERVED,
      status: 200,
      ending: 'completed',
      streamed: false,
      ...ONE_ATTEMPT,
      ...TIMES,
      ...USAGE,
    });
  });

  it('tells all of a stream', async () => {
    const scene = await start();
    scene.upstream.answer(sse([textEvent('Hi'), finishEvent(), usageEvent()]));

    await send(scene.proxy, { headers: ID, body: chatBody({ stream: true }) });

    expect(await lineOf(scene)).toStrictEqual({
      level: 'info',
      msg: 'request',
      ...SERVED,
      status: 200,
      ending: 'completed',
      streamed: true,
      ...ONE_ATTEMPT,
      ...TIMES,
      firstTokenMs: 0,
      ...USAGE,
    });
  });

  it("tells of a provider's refusal", async () => {
    const scene = await start();
    scene.upstream.answer(json(429, { error: { message: 'Slow down', code: 'slow' } }));

    await send(scene.proxy, { headers: ID, body: chatBody() });

    expect(await lineOf(scene)).toMatchObject({
      ...SERVED,
      level: 'info',
      status: 429,
      ending: 'completed',
      error: 'slow',
    });
  });

  it('tells of a stream that broke', async () => {
    const scene = await start();
    scene.upstream.answer(async (exchange) => {
      await exchange.sendEach([STREAM_HEAD, chunk(textEvent('Hi'))]);
      exchange.reset();
    });

    await send(scene.proxy, { headers: ID, body: chatBody({ stream: true }) });

    expect(await lineOf(scene)).toMatchObject({
      ...SERVED,
      level: 'warn',
      status: 200,
      ending: 'interrupted',
      error: 'upstream_error',
    });
  });

  it('tells of a deadline that passed', async () => {
    const scene = await start();
    const pending = startRequest(scene.proxy, { headers: ID, body: chatBody() });
    await scene.upstream.next();
    scene.clock.advance(600_000);
    await (await pending.response).readAll();

    expect(await lineOf(scene)).toMatchObject({
      ...SERVED,
      level: 'warn',
      status: 504,
      ending: 'completed',
      error: 'upstream_timeout',
      durationMs: 600_000,
      upstreamMs: 600_000,
    });
  });

  it.each([
    ['while it waits', false],
    ['in the middle of a stream', true],
  ])('tells of a client that left %s', async (_when, hasBegun) => {
    const scene = await start();
    const pending = startRequest(scene.proxy, { headers: ID, body: chatBody({ stream: true }) });
    const exchange = await scene.upstream.next();
    if (hasBegun) {
      await exchange.sendEach([STREAM_HEAD, chunk(textEvent('Hi'))]);
      await (await pending.response).nextEvent();
    }

    pending.abort();
    await exchange.closed;

    expect(await lineOf(scene)).toMatchObject({
      ...SERVED,
      level: 'info',
      status: 499,
      ending: 'client_closed',
      streamed: true,
    });
  });

  it('tells what a client that left had cost until then', async () => {
    const scene = await start();
    const pending = startRequest(scene.proxy, { headers: ID, body: chatBody({ stream: true }) });
    const exchange = await scene.upstream.next();
    scene.clock.advance(4000);
    await exchange.sendEach([STREAM_HEAD, chunk(textEvent('Hi')), chunk(usageEvent(5))]);
    await (await pending.response).nextEvent();

    pending.abort();
    await exchange.closed;

    expect(await lineOf(scene)).toMatchObject({
      status: 499,
      upstreamMs: 4000,
      promptTokens: 3,
      completionTokens: 5,
    });
  });

  it('tells how long a provider was waited for when its client left', async () => {
    const scene = await start();
    const pending = startRequest(scene.proxy, { headers: ID, body: chatBody() });
    const exchange = await scene.upstream.next();
    scene.clock.advance(4000);

    pending.abort();
    await exchange.closed;

    expect(await lineOf(scene)).toMatchObject({ status: 499, upstreamMs: 4000, durationMs: 4000 });
  });

  it.each([
    [
      'an unknown model',
      { body: { model: 'x' } },
      { model: 'x', status: 404, error: 'model_not_found' },
    ],
    ['no JSON', { body: '{' }, { status: 400, error: 'invalid_json' }],
    [
      'a wrong method',
      { method: 'GET' },
      { method: 'GET', status: 405, error: 'method_not_allowed' },
    ],
  ])('tells of a refusal: %s', async (_name, request, expected) => {
    const scene = await start();

    await send(scene.proxy, { headers: ID, ...request });

    const line = await lineOf(scene);
    expect(line).toMatchObject({ level: 'info', ...ASKED, ending: 'completed', ...expected });
    expect(line).not.toHaveProperty('provider');
  });

  it('names no path that no route knows', async () => {
    const scene = await start();

    await send(scene.proxy, { method: 'GET', path: '/sk-key-in-a-path?and=query', headers: ID });

    const line = await lineOf(scene);
    expect(line).toMatchObject({ endpoint: 'unmatched', status: 404, error: 'unknown_url' });
    expect(scene.proxy.logs.text).not.toContain('sk-key-in-a-path');
  });

  it('is not written for probes and metrics', async () => {
    const { proxy } = await start();

    for (const path of ['/health', '/health/live', '/health/ready', '/metrics']) {
      await send(proxy, { method: 'GET', path });
    }

    expect(proxy.logs.requests).toStrictEqual([]);
  });
});

describe('the line of a provider at fault', () => {
  afterEach(closeAll);

  it('says what broke, before the line of the request', async () => {
    const { proxy, upstream } = await start();
    upstream.answer(closing);

    await send(proxy, { headers: ID, body: chatBody() });

    expect(proxy.logs.lines.slice(-2)).toMatchObject([
      {
        level: 'warn',
        requestId: 'mine-1',
        provider: 'upstream',
        outcome: 'broken',
        cause: expect.stringContaining('UND_ERR_SOCKET'),
      },
      { level: 'warn', requestId: 'mine-1', status: 502, error: 'upstream_error' },
    ]);
  });

  it('is an error when our key is refused', async () => {
    const { proxy, upstream } = await start();
    upstream.answer(json(401, {}));

    await send(proxy, { headers: ID, body: chatBody() });

    expect(proxy.logs.lines.at(-2)).toMatchObject({
      level: 'error',
      provider: 'upstream',
      outcome: 'credentials_refused',
    });
  });

  it('is not written when the request was at fault', async () => {
    const { proxy, upstream } = await start();
    upstream.answer(json(400, {}));

    await send(proxy, { headers: ID, body: chatBody() });

    expect(proxy.logs.lines.filter(({ level }) => level !== 'info')).toStrictEqual([]);
  });
});

describe('the log level', () => {
  afterEach(closeAll);

  it.each<[string, object, Readonly<Record<string, string>>, boolean, boolean]>([
    ['info by default', {}, {}, true, true],
    ['as logging.level says', { level: 'warn' }, {}, false, true],
    [
      'as LOG_LEVEL says over logging.level',
      { level: 'info' },
      { LOG_LEVEL: 'error' },
      false,
      false,
    ],
    ['silent', { level: 'silent' }, {}, false, false],
  ])('is %s', async (_name, logging, environment, hasInfo, hasWarn) => {
    const { proxy, upstream } = await start(logging, environment);
    upstream.answerOnce(json(200, chatAnswer()), json(500, {}));

    await send(proxy, { body: chatBody() });
    await send(proxy, { body: chatBody() });
    await (await open(proxy, { method: 'GET', path: '/health/live' })).readAll();

    const statuses = proxy.logs.requests.map(({ status }) => status);
    expect(statuses).toStrictEqual([...(hasInfo ? [200] : []), ...(hasWarn ? [500] : [])]);
  });

  it('keeps what Nest says of its start for those who debug', async () => {
    const { proxy: quiet } = await start();
    const { proxy: loud } = await start({ level: 'debug' });

    expect(quiet.logs.text).toBe('');
    expect(loud.logs.text).toContain('Nest application successfully started');
  });
});
