import { afterEach, describe, expect, it } from '@jest/globals';
import {
  DONE,
  FakeUpstream,
  type RunningProxy,
  chatAnswer,
  closeAll,
  eventOf,
  finishEvent,
  json,
  providerAt,
  send,
  sse,
  startProxy,
  textEvent,
  usageEvent,
} from '../support/index.js';

const CONTENT = [textEvent('one'), finishEvent()];
const WITH_USAGE = [...CONTENT, usageEvent(4)];

async function startWith(
  upstream: FakeUpstream,
  provider: Readonly<Record<string, unknown>> = {},
): Promise<RunningProxy> {
  return startProxy({ config: { providers: [providerAt(upstream, provider)] } });
}

/** @returns the counts that the proxy's metrics show */
async function countedTokens(proxy: RunningProxy): Promise<readonly number[]> {
  const metrics = await proxy.metrics();
  return ['prompt', 'completion', 'total'].map((type) =>
    metrics.sum('llm_proxy_tokens_total', { provider: 'upstream', token_type: type }),
  );
}

describe('the usage of a stream', () => {
  afterEach(closeAll);

  it.each([
    ['', '"stream_options":{"include_usage":true},'],
    ['"stream_options":{},', '"stream_options":{"include_usage":true},'],
    ['"stream_options": { } ,', '"stream_options": {"include_usage":true } ,'],
    ['"stream_options":null,', '"stream_options":{"include_usage":true},'],
    [
      '"stream_options":{"include_usage":false,"x":1.0},',
      '"stream_options":{"include_usage":true,"x":1.0},',
    ],
    ['"stream_options":{"include_usage":null},', '"stream_options":{"include_usage":true},'],
    ['"stream_options":{"x":1.0},', '"stream_options":{"include_usage":true,"x":1.0},'],
  ])('is asked for and kept from a client that sends: %s', async (sent, forwarded) => {
    const upstream = (await FakeUpstream.start()).answer(sse(WITH_USAGE));
    const proxy = await startWith(upstream);
    const body = (options: string): string => `{${options}"model":"client-model","stream":true}`;

    const response = await send(proxy, { body: body(sent) });

    expect(upstream.lastRequest.body.toString()).toBe(body(forwarded));
    expect(response.events).toStrictEqual([...CONTENT, DONE]);
    expect(await countedTokens(proxy)).toStrictEqual([3, 4, 7]);
  });

  it.each([
    ['a chat', '{"index":0,"delta":{}}'],
    ['a completion', '{"index":0}'],
  ])('is kept from the client where %s says nothing beside it', async (_name, choice) => {
    const usage = '{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}';
    const event = `data: {"choices":[${choice}],"usage":${usage}}\n\n`;
    const upstream = (await FakeUpstream.start()).answer(sse([...CONTENT, event]));
    const proxy = await startWith(upstream);

    const response = await send(proxy, { body: '{"model":"client-model","stream":true}' });

    expect(response.events).toStrictEqual([...CONTENT, DONE]);
    expect(await countedTokens(proxy)).toStrictEqual([3, 4, 7]);
  });

  it('is left to a client that asks for it', async () => {
    const upstream = (await FakeUpstream.start()).answer(sse(WITH_USAGE));
    const proxy = await startWith(upstream);
    const body = '{"model":"client-model","stream":true,"stream_options":{"include_usage":true}}';

    const response = await send(proxy, { body });

    expect(upstream.lastRequest.body.toString()).toBe(body);
    expect(response.events).toStrictEqual([...WITH_USAGE, DONE]);
    expect(await countedTokens(proxy)).toStrictEqual([3, 4, 7]);
  });

  it('is not asked for where the provider refuses the option, and what comes passes', async () => {
    const upstream = (await FakeUpstream.start()).answer(sse(WITH_USAGE));
    const proxy = await startWith(upstream, { stream_usage: false });
    const body = '{"model":"client-model","stream":true}';

    const response = await send(proxy, { body });

    expect(upstream.lastRequest.body.toString()).toBe(body);
    expect(response.events).toStrictEqual([...WITH_USAGE, DONE]);
  });

  it('is counted from a chunk with content, which stays', async () => {
    const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };
    const last = eventOf({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage });
    const upstream = (await FakeUpstream.start()).answer(sse([textEvent('one'), last]));
    const proxy = await startWith(upstream);

    const response = await send(proxy, { body: '{"model":"client-model","stream":true}' });

    expect(response.events).toStrictEqual([textEvent('one'), last, DONE]);
    expect(await countedTokens(proxy)).toStrictEqual([3, 4, 7]);
  });

  it('is counted once when every chunk reports it so far', async () => {
    const soFar = (count: number): string =>
      eventOf({
        choices: [{ index: 0, delta: { content: 'x' }, finish_reason: null }],
        usage: { prompt_tokens: 3, completion_tokens: count, total_tokens: 3 + count },
      });
    const events = [soFar(1), soFar(2), soFar(3), finishEvent()];
    const upstream = (await FakeUpstream.start()).answer(sse(events));
    const proxy = await startWith(upstream);

    await send(proxy, { body: '{"model":"client-model","stream":true}' });

    expect(await countedTokens(proxy)).toStrictEqual([3, 3, 6]);
  });

  it('is nothing when the provider reports none', async () => {
    const upstream = (await FakeUpstream.start()).answer(sse(CONTENT));
    const proxy = await startWith(upstream);

    await send(proxy, { body: '{"model":"client-model","stream":true}' });

    const metrics = await proxy.metrics();
    expect(metrics.valuesOf('llm_proxy_tokens_total', 'token_type')).toStrictEqual([]);
    expect(proxy.logs.requests[0]).not.toHaveProperty('promptTokens');
  });
});

describe('the usage of a whole answer', () => {
  afterEach(closeAll);

  it('is counted and logged', async () => {
    const upstream = (await FakeUpstream.start()).answer(json(200, chatAnswer()));
    const proxy = await startWith(upstream);

    await send(proxy, { body: '{"model":"client-model"}' });

    expect(await countedTokens(proxy)).toStrictEqual([3, 4, 7]);
    expect(proxy.logs.requests).toMatchObject([
      { promptTokens: 3, completionTokens: 4, totalTokens: 7 },
    ]);
  });

  it('keeps an explicit zero apart from what was never reported', async () => {
    const usage = { prompt_tokens: 5, completion_tokens: 0 };
    const upstream = (await FakeUpstream.start()).answer(json(200, { data: [], usage }));
    const proxy = await startWith(upstream);

    await send(proxy, { path: '/v1/embeddings', body: '{"model":"client-model"}' });

    const metrics = await proxy.metrics();
    expect(metrics.valuesOf('llm_proxy_tokens_total', 'token_type')).toStrictEqual([
      'completion',
      'prompt',
    ]);
    expect(await countedTokens(proxy)).toStrictEqual([5, 0, 0]);
  });
});
