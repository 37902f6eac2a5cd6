import { afterEach, describe, expect, it } from '@jest/globals';
import {
  DONE,
  FakeClock,
  FakeUpstream,
  LAST_CHUNK,
  type RunningProxy,
  STREAM_HEAD,
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
  turns,
} from '../support/index.js';

const STREAM = { body: chatBody({ stream: true }) };

describe('an event', () => {
  afterEach(closeAll);

  it('reaches the client while the next one is still held back', async () => {
    const upstream = await FakeUpstream.start();
    const proxy = await startProxy({ config: { providers: [providerAt(upstream)] } });
    const pending = open(proxy, STREAM);
    const exchange = await upstream.next();

    await exchange.sendEach([STREAM_HEAD, chunk(textEvent('one'))]);
    const response = await pending;
    const first = await response.nextEvent();
    await exchange.send(chunk(textEvent('two')));
    const second = await response.nextEvent();

    expect([first, second]).toStrictEqual([textEvent('one'), textEvent('two')]);
  });

  it('leaves without its blank line being followed by anything', async () => {
    const upstream = await FakeUpstream.start();
    const proxy = await startProxy({ config: { providers: [providerAt(upstream)] } });
    const pending = open(proxy, STREAM);
    const exchange = await upstream.next();

    const event = textEvent('one').replaceAll('\n', '\r\n');
    await exchange.sendEach([STREAM_HEAD, chunk(event.slice(0, -1))]);
    const first = await (await pending).nextEvent();

    expect(first).toBe(textEvent('one'));
  });

  it('leaves together with what the same packet brought', async () => {
    const upstream = await FakeUpstream.start();
    const proxy = await startProxy({ config: { providers: [providerAt(upstream)] } });
    const pending = open(proxy, STREAM);
    const exchange = await upstream.next();
    const events = [textEvent('one'), textEvent('two'), textEvent('three')];

    await exchange.sendEach([STREAM_HEAD, chunk(events.join(''))]);
    const response = await pending;
    await response.nextEvent();

    expect(response.packets).toHaveLength(1);
    expect(response.events).toStrictEqual(events);
  });

  it('comes under headers that keep anybody from holding it back', async () => {
    const upstream = (await FakeUpstream.start()).answer(sse([textEvent('one')]));
    const proxy = await startProxy({ config: { providers: [providerAt(upstream)] } });
    const headers = { 'accept-encoding': 'gzip, br' };

    const response = await send(proxy, { ...STREAM, headers });

    expect(response.status).toBe(200);
    expect(response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    });
    expect(response.headers).not.toHaveProperty('content-encoding');
    expect(response.headers).not.toHaveProperty('content-length');
  });
});

describe('a stream that keeps its client waiting', () => {
  afterEach(closeAll);

  async function startWaiting(): Promise<{
    upstream: FakeUpstream;
    clock: FakeClock;
    proxy: RunningProxy;
  }> {
    const upstream = await FakeUpstream.start();
    const clock = new FakeClock();
    const config = { providers: [providerAt(upstream)], stream_keepalive: '15s' };
    return { upstream, clock, proxy: await startProxy({ config, clock }) };
  }

  const PING = ': ping\n';

  it('commits to nothing before stream_keepalive has passed', async () => {
    const { upstream, clock, proxy } = await startWaiting();
    const pending = startRequest(proxy, STREAM);
    const exchange = await upstream.next();
    await exchange.send(STREAM_HEAD);

    clock.advance(14_999);
    await turns(10);
    await exchange.send(chunk(eventOf({ error: { message: 'Busy', code: 503 } })));

    expect((await pending.response).status).toBe(503);
  });

  it('sends a comment after each stream_keepalive, and then the answer', async () => {
    const { upstream, clock, proxy } = await startWaiting();
    const pending = open(proxy, STREAM);
    const exchange = await upstream.next();

    clock.advance(15_000);
    const response = await pending;
    clock.advance(15_000);
    await exchange.sendEach([STREAM_HEAD, ...[finishEvent(), DONE].map(chunk), LAST_CHUNK]);
    await response.readAll();

    expect(response.status).toBe(200);
    expect(response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(response.text).toBe(PING + PING + finishEvent() + DONE);
  });

  it('in the middle of its answer gets comments too', async () => {
    const { upstream, clock, proxy } = await startWaiting();
    const pending = open(proxy, STREAM);
    const exchange = await upstream.next();
    await exchange.sendEach([STREAM_HEAD, chunk(textEvent('one'))]);
    const response = await pending;
    await response.nextEvent();

    clock.advance(15_000);
    await exchange.sendEach([finishEvent(), DONE].map(chunk));
    await response.readAll();

    expect(response.text).toBe(textEvent('one') + PING + finishEvent() + DONE);
  });

  it('gets no comment while events come', async () => {
    const { upstream, clock, proxy } = await startWaiting();
    const pending = open(proxy, STREAM);
    const exchange = await upstream.next();
    await exchange.sendEach([STREAM_HEAD, chunk(textEvent('one'))]);
    const response = await pending;
    await response.nextEvent();

    for (let event = 0; event < 4; event += 1) {
      clock.advance(14_000);
      await exchange.send(chunk(textEvent('more')));
      await response.nextEvent();
    }
    await exchange.send(chunk(DONE));
    await response.readAll();

    expect(response.text).not.toContain(PING);
  });

  it('learns of a late refusal by an error event', async () => {
    const { upstream, clock, proxy } = await startWaiting();
    const pending = open(proxy, STREAM);
    const exchange = await upstream.next();
    clock.advance(15_000);
    const response = await pending;

    await json(429, { error: { message: 'Slow down', code: 'rate_limit' } })(exchange);
    await response.readAll();

    expect(response.status).toBe(200);
    expect(response.text).toMatch(/^: ping\ndata: \{"error":\{.*\}\}\n\n$/);
    expect(response.text).not.toContain('[DONE]');
    expect(response.text).toContain('Slow down');
  });

  it('learns of a late error event by an error event', async () => {
    const { upstream, clock, proxy } = await startWaiting();
    const pending = open(proxy, STREAM);
    const exchange = await upstream.next();
    clock.advance(15_000);
    const response = await pending;

    await exchange.sendEach([
      STREAM_HEAD,
      chunk(eventOf({ error: { message: 'Busy', code: 503 } })),
    ]);
    await response.readAll();

    expect(response.text).toBe(
      `${PING}data: {"error":{"message":"Busy","type":"server_error","param":null,"code":"503"}}\n\n`,
    );
  });

  it('gets no comment when the client did not ask for a stream', async () => {
    const { upstream, clock, proxy } = await startWaiting();
    const pending = startRequest(proxy, { body: chatBody() });
    const exchange = await upstream.next();

    clock.advance(59_000);
    await json(503, { error: { message: 'Busy' } })(exchange);

    expect((await pending.response).status).toBe(503);
  });
});
