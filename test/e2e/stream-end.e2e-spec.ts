import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type ClientResponse,
  DONE,
  type Exchange,
  FakeUpstream,
  LAST_CHUNK,
  type RunningProxy,
  STREAM_HEAD,
  type Script,
  chatBody,
  chunk,
  closeAll,
  eventOf,
  finishEvent,
  providerAt,
  send,
  sse,
  startProxy,
  textEvent,
} from '../support/index.js';

const STREAM = chatBody({ stream: true });

/** A script that begins a stream with these events and ends it so. */
function streamThen(events: readonly string[], end: (exchange: Exchange) => unknown): Script {
  return async (exchange) => {
    await exchange.sendEach([STREAM_HEAD, ...events.map(chunk)]);
    await end(exchange);
  };
}

async function startWith(script: Script): Promise<RunningProxy> {
  const upstream = (await FakeUpstream.start()).answer(script);
  return startProxy({ config: { providers: [providerAt(upstream)] } });
}

/** Checks that after `events` comes an error event, and then the end, cleanly, without [DONE]. */
function expectBroken(response: ClientResponse, events: readonly string[], code: string): void {
  expect(response.status).toBe(200);
  expect(response.events.slice(0, -1)).toStrictEqual(events);
  const last = response.events.at(-1) ?? '';
  expect(last).toMatch(/^data: \{"error":/);
  expect(JSON.parse(last.slice('data: '.length))).toStrictEqual({
    error: { message: expect.any(String), type: 'server_error', param: null, code },
  });
}

const BREAKS: readonly (readonly [string, (exchange: Exchange) => unknown])[] = [
  [
    'is reset',
    (exchange) => {
      exchange.reset();
    },
  ],
  [
    'loses its connection',
    (exchange) => {
      exchange.finish();
    },
  ],
  ['ends without having finished', (exchange) => exchange.send(LAST_CHUNK)],
  ['stops being HTTP', (exchange) => exchange.send('not a chunk size\r\n')],
];

describe('a stream that breaks', () => {
  afterEach(closeAll);

  it.each(BREAKS)('because it %s ends with an error event and no [DONE]', async (_name, end) => {
    const events = [textEvent('one'), textEvent('two')];
    const proxy = await startWith(streamThen(events, end));

    const response = await send(proxy, { body: STREAM });

    expectBroken(response, events, 'upstream_error');
    expect(await response.ended).toBe(true);
    const metrics = await proxy.metrics();
    expect(metrics.sum('llm_proxy_stream_interruptions_total', { provider: 'upstream' })).toBe(1);
    expect(metrics.sum('llm_proxy_upstream_attempts_total', { outcome: 'interrupted' })).toBe(1);
  });

  it.each(BREAKS)('because it %s before any content is a 502', async (_name, end) => {
    const role = eventOf({ choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] });
    const proxy = await startWith(streamThen([': hello\n\n', role], end));

    const response = await send(proxy, { body: STREAM });

    expect(response.status).toBe(502);
    expect(response.json()).toMatchObject({ error: { code: 'upstream_error' } });
  });

  it('in the middle of an event passes none of that event on', async () => {
    const events = [textEvent('one')];
    const script = streamThen(events, async (exchange) => {
      await exchange.send(chunk('data: {"choices":[{"delta":{"content":"tw'));
      exchange.reset();
    });
    const proxy = await startWith(script);

    const response = await send(proxy, { body: STREAM });

    expectBroken(response, events, 'upstream_error');
  });

  it('although it had given its finish_reason is still broken', async () => {
    const events = [textEvent('one'), finishEvent()];
    const script = streamThen(events, (exchange) => {
      exchange.reset();
    });
    const proxy = await startWith(script);

    const response = await send(proxy, { body: STREAM });

    expectBroken(response, events, 'upstream_error');
  });

  it("passes the provider's own error event on, and no [DONE] that nobody sent", async () => {
    const error = { message: 'Out of memory', type: 'server_error', param: null, code: 'oom' };
    const events = [textEvent('one'), eventOf({ error })];
    const proxy = await startWith(sse(events, { done: false }));

    const response = await send(proxy, { body: STREAM });

    expect(response.events.slice(0, 2)).toStrictEqual(events);
    expect(response.text).not.toContain('[DONE]');
  });
});

describe('a stream that ends well', () => {
  afterEach(closeAll);

  const events = [textEvent('one'), finishEvent()];

  it("ends with the provider's [DONE]", async () => {
    const proxy = await startWith(sse(events));

    const response = await send(proxy, { body: STREAM });

    expect(response.events).toStrictEqual([...events, DONE]);
    const metrics = await proxy.metrics();
    expect(metrics.sum('llm_proxy_stream_interruptions_total')).toBe(0);
    expect(metrics.sum('llm_proxy_upstream_attempts_total', { outcome: 'success' })).toBe(1);
  });

  it.each([
    ['a last chunk', true],
    ['a closed connection', false],
  ])('after a finish_reason with %s gets the [DONE] it lacks', async (_name, chunked) => {
    const proxy = await startWith(sse(events, { done: false, chunked }));

    const response = await send(proxy, { body: STREAM });

    expect(response.events).toStrictEqual([...events, DONE]);
  });

  it('with a last event that lacks its blank line gets that too', async () => {
    const proxy = await startWith(sse([...events, 'data: [DONE]'], { done: false }));

    const response = await send(proxy, { body: STREAM });

    expect(response.text).toBe([...events, DONE].join(''));
  });

  it('ends there, whatever the provider sends behind its [DONE]', async () => {
    const proxy = await startWith(sse([...events, DONE, textEvent('more')], { done: false }));

    const response = await send(proxy, { body: STREAM });

    expect(response.events).toStrictEqual([...events, DONE]);
  });

  it('ends at [DONE] although the provider keeps its connection open', async () => {
    const upstream = await FakeUpstream.start();
    const proxy = await startProxy({ config: { providers: [providerAt(upstream)] } });
    const pending = send(proxy, { body: STREAM });
    const exchange = await upstream.next();

    await exchange.sendEach([STREAM_HEAD, ...[...events, DONE].map(chunk)]);

    expect((await pending).events).toStrictEqual([...events, DONE]);
  });
});

describe('an event that is not JSON', () => {
  afterEach(closeAll);

  it('is dropped and counted, and the stream goes on', async () => {
    const events = [
      textEvent('one'),
      'data: {"choices":[{"delta"\n\n',
      'data: oops\n\n',
      textEvent('two'),
      finishEvent(),
    ];
    const proxy = await startWith(sse(events));

    const response = await send(proxy, { body: STREAM });

    expect(response.events).toStrictEqual([events[0], events[3], events[4], DONE]);
    const metrics = await proxy.metrics();
    expect(metrics.sum('llm_proxy_malformed_events_total', { provider: 'upstream' })).toBe(2);
  });
});
