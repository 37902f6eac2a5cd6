import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type ClientResponse,
  DONE,
  FakeClock,
  FakeUpstream,
  MuteServer,
  type RunningProxy,
  STREAM_HEAD,
  chatAnswer,
  chatBody,
  chunk,
  closeAll,
  eventOf,
  head,
  json,
  open,
  providerAt,
  send,
  startProxy,
  textEvent,
  turns,
} from '../support/index.js';

const TIMEOUTS = { connect: '2s', first_token: '20s', idle: '10s', total: '100s' };
const STREAM = { body: chatBody({ stream: true }) };

interface Scene {
  readonly clock: FakeClock;
  readonly upstream: FakeUpstream;
  readonly proxy: RunningProxy;
}

async function start(): Promise<Scene> {
  const clock = new FakeClock();
  const upstream = await FakeUpstream.start();
  const config = { timeouts: TIMEOUTS, stream_keepalive: 0, providers: [providerAt(upstream)] };
  return { clock, upstream, proxy: await startProxy({ config, clock }) };
}

function expectTimeout(response: ClientResponse): void {
  expect(response.status).toBe(504);
  expect(response.json()).toMatchObject({
    error: { type: 'server_error', code: 'upstream_timeout' },
  });
}

function expectTimeoutEvent(response: ClientResponse): void {
  expect(response.status).toBe(200);
  expect(response.events.at(-1)).toMatch(/^data: \{"error":.*"code":"upstream_timeout"\}\}\n\n$/);
  expect(response.text).not.toContain('[DONE]');
}

describe('the connect deadline', () => {
  afterEach(closeAll);

  it.each([STREAM, { body: chatBody() }])(
    'is a 504 when no connection comes about',
    async (asked) => {
      const mute = await MuteServer.start();
      const upstream = await FakeUpstream.start();
      const clock = new FakeClock();
      const provider = providerAt(upstream, { api_base: `https://127.0.0.1:${mute.port}` });
      const config = { timeouts: TIMEOUTS, providers: [provider] };
      const proxy = await startProxy({ config, clock });
      const pending = send(proxy, asked);
      await mute.connected;

      clock.advance(2000);

      expectTimeout(await pending);
    },
  );
});

describe('the first-token deadline', () => {
  afterEach(closeAll);

  it('is a 504 when no answer begins', async () => {
    const { clock, upstream, proxy } = await start();
    const pending = send(proxy, STREAM);
    const exchange = await upstream.next();

    clock.advance(20_000);

    expectTimeout(await pending);
    await exchange.closed;
  });

  it('is a 504 when a stream begins without content, whatever keeps it busy', async () => {
    const { clock, upstream, proxy } = await start();
    const pending = send(proxy, STREAM);
    const exchange = await upstream.next();
    await exchange.send(STREAM_HEAD);
    for (let second = 0; second < 19; second += 1) {
      clock.advance(1000);
      await exchange.send(chunk(': still thinking\n\n'));
    }
    await exchange.send(chunk(eventOf({ choices: [{ index: 0, delta: { role: 'assistant' } }] })));

    clock.advance(1000);

    expectTimeout(await pending);
    await exchange.closed;
  });

  it('does not pass a millisecond too early', async () => {
    const { clock, upstream, proxy } = await start();
    const pending = open(proxy, STREAM);
    const exchange = await upstream.next();

    clock.advance(19_999);
    await exchange.sendEach([STREAM_HEAD, chunk(textEvent('one')), chunk(DONE)]);
    const response = await pending;
    await response.readAll();

    expect(response.events).toStrictEqual([textEvent('one'), DONE]);
  });

  it('does not concern an answer that is no stream', async () => {
    const { clock, upstream, proxy } = await start();
    const pending = send(proxy, { body: chatBody() });
    const exchange = await upstream.next();

    clock.advance(99_000);
    await json(200, chatAnswer())(exchange);

    expect((await pending).status).toBe(200);
  });
});

describe('the idle deadline', () => {
  afterEach(closeAll);

  it("ends a stream that falls silent with the stream's error event", async () => {
    const { clock, upstream, proxy } = await start();
    const pending = open(proxy, STREAM);
    const exchange = await upstream.next();
    await exchange.sendEach([STREAM_HEAD, chunk(textEvent('one'))]);
    const response = await pending;
    await response.nextEvent();

    clock.advance(10_000);
    await response.readAll();

    expectTimeoutEvent(response);
    await exchange.closed;
    const metrics = await proxy.metrics();
    expect(metrics.sum('llm_proxy_stream_interruptions_total', { cause: 'timeout' })).toBe(1);
  });

  it('begins anew with every event', async () => {
    const { clock, upstream, proxy } = await start();
    const pending = open(proxy, STREAM);
    const exchange = await upstream.next();
    await exchange.sendEach([STREAM_HEAD, chunk(textEvent('one'))]);
    const response = await pending;
    await response.nextEvent();

    for (let event = 0; event < 3; event += 1) {
      clock.advance(9999);
      await exchange.send(chunk(textEvent('more')));
      await response.nextEvent();
    }
    await exchange.send(chunk(DONE));
    await response.readAll();

    expect(response.events.at(-1)).toBe(DONE);
  });

  it('ends an answer whose body falls silent with a 504', async () => {
    const { clock, upstream, proxy } = await start();
    const pending = send(proxy, { body: chatBody() });
    const exchange = await upstream.next();
    const fields = { 'content-type': 'application/json', 'content-length': 100 };
    await exchange.send(`${head(200, fields)}{"id":`);

    clock.advance(10_000);

    expectTimeout(await pending);
    await exchange.closed;
  });

  it('does not run while a slow client holds the stream back', async () => {
    const { clock, upstream, proxy } = await start();
    const pending = open(proxy, STREAM);
    const exchange = await upstream.next();
    await exchange.send(STREAM_HEAD);
    const piece = chunk(textEvent('x'.repeat(64 * 1024)));
    let sent = 0;
    const pouring = (async () => {
      for (; sent < 600; sent += 1) {
        await exchange.pour(piece);
      }
    })();
    const response = await pending;
    await turns(400);
    expect(sent).toBeLessThan(600);

    clock.advance(60_000);
    const reading = response.readAll();
    await pouring;
    await exchange.send(chunk(DONE));
    await reading;

    expect(response.events).toHaveLength(601);
    expect(response.events.at(-1)).toBe(DONE);
  });
});

describe('the total deadline', () => {
  afterEach(closeAll);

  it('is a 504 for an answer that takes too long', async () => {
    const { clock, upstream, proxy } = await start();
    const pending = send(proxy, { body: chatBody() });
    const exchange = await upstream.next();

    clock.advance(100_000);

    expectTimeout(await pending);
    await exchange.closed;
  });

  it("ends a stream that never ends with the stream's error event", async () => {
    const { clock, upstream, proxy } = await start();
    const pending = open(proxy, STREAM);
    const exchange = await upstream.next();
    await exchange.sendEach([STREAM_HEAD, chunk(textEvent('one'))]);
    const response = await pending;
    await response.nextEvent();

    for (let seconds = 5; seconds < 100; seconds += 5) {
      clock.advance(5000);
      await exchange.send(chunk(textEvent('more')));
      await response.nextEvent();
    }
    clock.advance(5000);
    await response.readAll();

    expectTimeoutEvent(response);
    await exchange.closed;
  });
});

describe('deadlines', () => {
  afterEach(closeAll);

  it('leave no timer behind when all has gone well', async () => {
    const { clock, upstream, proxy } = await start();
    upstream.answer(json(200, chatAnswer()));
    const before = clock.pending;

    await send(proxy, { body: chatBody() });

    expect(clock.pending).toBe(before);
  });

  it('may differ from provider to provider', async () => {
    const clock = new FakeClock();
    const upstream = await FakeUpstream.start();
    const provider = providerAt(upstream, { timeouts: { total: '3s' } });
    const proxy = await startProxy({
      config: { timeouts: TIMEOUTS, providers: [provider] },
      clock,
    });
    const pending = send(proxy, { body: chatBody() });
    await upstream.next();

    clock.advance(3000);

    expectTimeout(await pending);
  });
});
