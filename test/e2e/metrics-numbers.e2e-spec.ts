import { afterEach, describe, expect, it } from '@jest/globals';
import {
  FakeClock,
  FakeUpstream,
  MODEL,
  type RunningProxy,
  STREAM_HEAD,
  type Script,
  chatAnswer,
  chatBody,
  chunk,
  closeAll,
  eventOf,
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

const TOKENS = 'llm_proxy_tokens_total';

interface Scene {
  readonly proxy: RunningProxy;
  readonly upstream: FakeUpstream;
  readonly clock: FakeClock;
}

async function start(more: Readonly<Record<string, unknown>> = {}): Promise<Scene> {
  const clock = new FakeClock();
  const upstream = await FakeUpstream.start();
  const proxy = await startProxy({ clock, config: { providers: [providerAt(upstream, more)] } });
  return { proxy, upstream, clock };
}

/** @returns the tokens counted by type after one request, and only the series that are there */
async function tokensAfter(
  script: Script,
  more: Readonly<Record<string, unknown>> = {},
): Promise<object> {
  const { proxy, upstream } = await start();
  upstream.answer(script);
  await send(proxy, { body: chatBody(more) });
  await waitFor(() => proxy.logs.requests.length === 1, 'the request is over');
  const { samples } = await proxy.metrics();
  return Object.fromEntries(
    samples
      .filter(({ name }) => name === TOKENS)
      .map(({ labels, value }) => [
        `${labels['model'] ?? ''} ${labels['provider'] ?? ''} ${labels['token_type'] ?? ''}`,
        value,
      ]),
  );
}

const SERIES = {
  prompt: 'client-model upstream prompt',
  completion: 'client-model upstream completion',
  total: 'client-model upstream total',
};

function answerWith(usage: unknown): Script {
  return json(200, { ...chatAnswer(), usage });
}

describe('the count of tokens', () => {
  afterEach(closeAll);

  it.each<[string, Script, Record<string, unknown>]>([
    ['of an answer', answerWith({ prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 }), {}],
    [
      'of a stream',
      sse([
        textEvent('one'),
        finishEvent(),
        eventOf({
          choices: [],
          usage: { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 },
        }),
      ]),
      { stream: true },
    ],
    [
      'of a stream that counts as it goes: its last count',
      sse([
        eventOf({
          choices: [{ index: 0, delta: { content: 'a' } }],
          usage: { prompt_tokens: 11, completion_tokens: 1, total_tokens: 12 },
        }),
        eventOf({
          choices: [{ index: 0, delta: { content: 'b' }, finish_reason: 'stop' }],
          usage: { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 },
        }),
      ]),
      { stream: true },
    ],
  ])('is what the provider reported: %s', async (_name, script, more) => {
    const counted = await tokensAfter(script, more);

    expect(counted).toStrictEqual({
      [SERIES.prompt]: 11,
      [SERIES.completion]: 5,
      [SERIES.total]: 16,
    });
  });

  it('holds an explicit zero', async () => {
    const counted = await tokensAfter(
      answerWith({ prompt_tokens: 8, completion_tokens: 0, total_tokens: 8 }),
    );

    expect(counted).toMatchObject({ [SERIES.completion]: 0 });
  });

  it('holds only the kinds that were reported, as embeddings do', async () => {
    const counted = await tokensAfter(answerWith({ prompt_tokens: 8, total_tokens: 8 }));

    expect(counted).toStrictEqual({ [SERIES.prompt]: 8, [SERIES.total]: 8 });
  });

  it.each<[string, Script, Record<string, unknown>]>([
    ['without usage', answerWith(undefined), {}],
    ['with usage null', answerWith(null), {}],
    ['with usage that is no count', answerWith({ prompt_tokens: '8', total_tokens: -1 }), {}],
    ['in a stream without usage', sse([textEvent('one'), finishEvent()]), { stream: true }],
    ['in a refusal', json(429, { error: {}, usage: { prompt_tokens: 8 } }), {}],
  ])('has no series for what was never reported: %s', async (_name, script, more) => {
    expect(await tokensAfter(script, more)).toStrictEqual({});
  });

  it('adds up', async () => {
    const { proxy, upstream } = await start();
    upstream.answer(json(200, chatAnswer()));

    await send(proxy, { body: chatBody() });
    await send(proxy, { body: chatBody() });

    expect((await proxy.metrics()).sum(TOKENS, { token_type: 'total' })).toBe(14);
  });

  it('holds what a stream had reported when its client left', async () => {
    const { proxy, upstream } = await start();
    const pending = open(proxy, { body: chatBody({ stream: true }) });
    const exchange = await upstream.next();
    const usage = { prompt_tokens: 11, completion_tokens: 1, total_tokens: 12 };
    const event = eventOf({ choices: [{ index: 0, delta: { content: 'a' } }], usage });
    await exchange.sendEach([STREAM_HEAD, chunk(event)]);
    const response = await pending;
    await response.nextEvent();

    response.abort();
    await waitFor(() => proxy.logs.requests.length === 1, 'the request is over');

    expect((await proxy.metrics()).sum(TOKENS, { token_type: 'total' })).toBe(12);
  });
});

describe('the measured times', () => {
  afterEach(closeAll);

  it('of a stream are those that passed', async () => {
    const { proxy, upstream, clock } = await start();
    const pending = open(proxy, { body: chatBody({ stream: true }) });
    const exchange = await upstream.next();
    clock.advance(3000);
    await exchange.sendEach([STREAM_HEAD, chunk(textEvent('one'))]);
    const response = await pending;
    await response.nextEvent();
    clock.advance(2000);
    const rest = [finishEvent(), usageEvent(40), 'data: [DONE]\n\n'];
    await exchange.send(chunk(rest.join('')));
    await response.readAll();
    await waitFor(() => proxy.logs.requests.length === 1, 'the request is over');

    const metrics = await proxy.metrics();
    const labels = { model: MODEL, provider: 'upstream' };
    expect(metrics.sum('llm_proxy_request_duration_seconds_sum', labels)).toBe(5);
    expect(metrics.sum('llm_proxy_time_to_first_token_seconds_sum', labels)).toBe(3);
    expect(metrics.sum('llm_proxy_time_to_first_token_seconds_count', labels)).toBe(1);
    expect(metrics.sum('llm_proxy_output_tokens_per_second_sum', labels)).toBe(20);
    expect(metrics.sum('llm_proxy_provider_latency_seconds_sum')).toBe(3);
    expect(metrics.sum('llm_proxy_overhead_seconds_sum')).toBe(0);
    expect(metrics.sum('llm_proxy_overhead_seconds_count')).toBe(1);
    expect(proxy.logs.requests).toMatchObject([
      { durationMs: 5000, upstreamMs: 3000, firstTokenMs: 3000 },
    ]);
  });

  it('of an answer are those that passed, and no first token', async () => {
    const { proxy, upstream, clock } = await start();
    const pending = startRequest(proxy, { body: chatBody() });
    const exchange = await upstream.next();
    clock.advance(7000);
    await json(200, chatAnswer())(exchange);
    await (await pending.response).readAll();
    await waitFor(() => proxy.logs.requests.length === 1, 'the request is over');

    const metrics = await proxy.metrics();
    expect(metrics.sum('llm_proxy_request_duration_seconds_sum')).toBe(7);
    expect(metrics.sum('llm_proxy_provider_latency_seconds_sum', { provider: 'upstream' })).toBe(7);
    expect(metrics.sum('llm_proxy_overhead_seconds_sum')).toBe(0);
    expect(metrics.sum('llm_proxy_time_to_first_token_seconds_count')).toBe(0);
  });
});

describe('the health of a provider', () => {
  afterEach(closeAll);

  it('follows its circuit breaker', async () => {
    const clock = new FakeClock();
    const upstream = await FakeUpstream.start();
    const proxy = await startProxy({
      clock,
      config: {
        providers: [providerAt(upstream)],
        breaker: { consecutive_failures: 2, open: '5s' },
      },
    });
    upstream.answerOnce(
      json(500, {}),
      json(429, {}, { 'retry-after-ms': 0 }),
      json(500, {}),
      json(200, chatAnswer()),
    );
    const health = async (): Promise<number> =>
      (await proxy.metrics()).sum('llm_proxy_provider_health', { provider: 'upstream' });
    const seen = [await health()];

    for (let request = 0; request < 3; request += 1) {
      await send(proxy, { body: chatBody() });
      seen.push(await health());
    }
    clock.advance(5000);
    await send(proxy, { body: chatBody() });
    seen.push(await health());

    expect(seen).toStrictEqual([1, 1, 1, 0, 1]);
  });
});
