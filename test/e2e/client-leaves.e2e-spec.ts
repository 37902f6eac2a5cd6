import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  DONE,
  type Exchange,
  FakeUpstream,
  MuteServer,
  type PendingRequest,
  type RunningProxy,
  STREAM_HEAD,
  chatBody,
  chunk,
  closeAll,
  eventOf,
  head,
  providerAt,
  startProxy,
  startRequest,
  textEvent,
  untilQuiet,
  waitFor,
} from '../support/index.js';

interface Scene {
  readonly proxy: RunningProxy;
  readonly client: PendingRequest;
  readonly exchange: Exchange;
}

/** A request that has reached the provider. */
async function ask(stream: boolean): Promise<Scene> {
  const upstream = await FakeUpstream.start();
  const proxy = await startProxy({ config: { providers: [providerAt(upstream)] } });
  const client = startRequest(proxy, { body: chatBody({ stream }) });
  return { proxy, client, exchange: await upstream.next() };
}

/** Checks that the request is over, and how it is written down. */
async function expectLeft(proxy: RunningProxy, phase: string): Promise<void> {
  await waitFor(() => proxy.logs.requests.length === 1, 'the request is logged');
  expect(proxy.logs.requests).toMatchObject([{ status: 499, ending: 'client_closed' }]);
  const metrics = await proxy.metrics();
  expect(metrics.sum('llm_proxy_requests_total', { status_code: '499' })).toBe(1);
  expect(metrics.sum('llm_proxy_requests_total')).toBe(1);
  expect(metrics.sum('llm_proxy_active_requests')).toBe(0);
  expect(metrics.sum('llm_proxy_client_disconnects_total', { phase })).toBe(1);
  expect(metrics.sum('llm_proxy_upstream_attempts_total', { outcome: 'client_closed' })).toBe(1);
}

describe("a client that leaves cancels the provider's call", () => {
  afterEach(closeAll);

  it('while it waits for a connection', async () => {
    const upstream = await FakeUpstream.start({ tls: true });
    const mute = await MuteServer.start();
    const provider = providerAt(upstream, {
      api_base: `https://127.0.0.1:${mute.port}/v1`,
      verify_ssl: false,
    });
    const proxy = await startProxy({ config: { providers: [provider] } });
    const client = startRequest(proxy, { body: chatBody() });
    await mute.connected;

    client.abort();

    await expectLeft(proxy, 'waiting');
    await mute.handOn(upstream);
    await untilQuiet(() => upstream.connections);
    expect(upstream.requests).toStrictEqual([]);
  });

  it.each([true, false])('while it waits for headers, stream: %s', async (stream) => {
    const { proxy, client, exchange } = await ask(stream);

    client.abort();

    await exchange.closed;
    await expectLeft(proxy, 'waiting');
  });

  it('while it waits for the first token', async () => {
    const { proxy, client, exchange } = await ask(true);
    const role = eventOf({ choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] });
    await exchange.sendEach([STREAM_HEAD, chunk(role)]);

    client.abort();

    await exchange.closed;
    await expectLeft(proxy, 'waiting');
  });

  it('in the middle of a stream', async () => {
    const { proxy, client, exchange } = await ask(true);
    await exchange.sendEach([STREAM_HEAD, chunk(textEvent('one'))]);
    const response = await client.response;
    await response.nextEvent();

    response.abort();

    await exchange.closed;
    await expectLeft(proxy, 'streaming');
  });

  it('in the middle of a stream that it has stopped reading', async () => {
    const { proxy, client, exchange } = await ask(true);
    await exchange.send(STREAM_HEAD);
    const piece = chunk(textEvent('x'.repeat(64 * 1024)));
    const pouring = (async () => {
      while (!exchange.isClosed) {
        await exchange.pour(piece);
      }
    })();
    const response = await client.response;

    response.abort();

    await exchange.closed;
    await pouring;
    await expectLeft(proxy, 'streaming');
  });

  it('in the middle of an answer that is no stream', async () => {
    const { proxy, client, exchange } = await ask(false);
    const fields = { 'content-type': 'application/json', 'content-length': 100 };
    await exchange.send(`${head(200, fields)}{"id":`);

    client.abort();

    await exchange.closed;
    await expectLeft(proxy, 'waiting');
  });

  it('and not when it has been answered', async () => {
    const { proxy, client, exchange } = await ask(true);
    await exchange.sendEach([STREAM_HEAD, ...[textEvent('one'), DONE].map(chunk), '0\r\n\r\n']);
    const response = await client.response;
    await response.readAll();

    const metrics = await proxy.metrics();
    expect(metrics.sum('llm_proxy_client_disconnects_total')).toBe(0);
    expect(metrics.sum('llm_proxy_requests_total', { status_code: '200' })).toBe(1);
    expect(exchange.isClosed).toBe(false);
  });
});

describe('a client that leaves before its request is complete', () => {
  afterEach(closeAll);

  it('reaches no provider, and is counted once', async () => {
    const upstream = await FakeUpstream.start();
    const proxy = await startProxy({ config: { providers: [providerAt(upstream)] } });
    const client = startRequest(proxy, {
      headers: { 'content-type': 'application/json', 'content-length': 1000 },
    });
    await once(proxy.app.getHttpServer(), 'request');

    client.abort();

    await waitFor(() => proxy.logs.requests.length === 1, 'the request is logged');
    const metrics = await proxy.metrics();
    expect(metrics.sum('llm_proxy_requests_total', { status_code: '499' })).toBe(1);
    expect(metrics.sum('llm_proxy_client_disconnects_total', { phase: 'upload' })).toBe(1);
    expect(upstream.connections).toBe(0);
  });
});
