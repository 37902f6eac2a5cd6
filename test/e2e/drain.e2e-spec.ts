import { afterEach, describe, expect, it } from '@jest/globals';
import {
  DONE,
  LAST_CHUNK,
  STREAM_HEAD,
  chatAnswer,
  chatBody,
  chunk,
  closeAll,
  finishEvent,
  json,
  open,
  send,
  startRequest,
  textEvent,
  turns,
} from '../support/index.js';
import { STREAM, TIMEOUT, beginClosing, chatRequest, startDrainable } from '../support/draining.js';
import { RawConnection, requestHead } from '../support/raw-connection.js';

describe('in the delay before it closes, the proxy', () => {
  afterEach(closeAll);

  it('is not ready, but serves, and asks for no more on the same connection', async () => {
    const { proxy, upstream, clock } = await startDrainable({ drain_delay: '5s' });
    upstream.answer(json(200, chatAnswer()));
    const early = await RawConnection.open(proxy);
    await early.send(requestHead('GET', '/health/ready'));
    const before = await early.until('"up"');

    const closed = proxy.app.close();
    await turns();
    const ready = await send(proxy, { method: 'GET', path: '/health/ready' });
    const late = await send(proxy, { headers: { connection: 'keep-alive' }, body: chatBody() });
    await early.send(chatRequest());
    const onEarly = await early.untilClosed();
    clock.advance(5000);
    await closed;

    expect(before.toLowerCase()).toContain('connection: keep-alive');
    expect(ready.status).toBe(503);
    expect([late.status, late.headers.connection]).toStrictEqual([200, 'close']);
    expect(onEarly).toContain('chat.completion');
  });

  it('listens until the delay is over', async () => {
    const { proxy, clock } = await startDrainable({ drain_delay: '5s' });

    const closed = proxy.app.close();
    await turns(20);
    clock.advance(4999);
    await turns(20);
    const before = proxy.app.getHttpServer().listening;
    clock.advance(1);
    await closed;

    expect(before).toBe(true);
    expect(proxy.app.getHttpServer().listening).toBe(false);
  });
});

describe('when it closes, the proxy', () => {
  afterEach(closeAll);

  it('takes no new connection and is over at once when nothing runs', async () => {
    const scene = await startDrainable();

    const closing = await beginClosing(scene);
    await closing.end;

    await expect(RawConnection.open(scene.proxy)).rejects.toThrow(/ECONNREFUSED/);
  });

  it('closes connections that are idle', async () => {
    const scene = await startDrainable();
    const idle = await RawConnection.open(scene.proxy);
    const unused = await RawConnection.open(scene.proxy);
    await idle.send(requestHead('GET', '/health/live'));
    await idle.until('"ok"');

    await scene.proxy.app.close();

    await Promise.all([idle.closed, unused.closed]);
    expect([idle.isClosed, unused.isClosed]).toStrictEqual([true, true]);
  });

  it('lets a stream finish, whole', async () => {
    const scene = await startDrainable();
    const pending = open(scene.proxy, STREAM);
    const exchange = await scene.upstream.next();
    await exchange.sendEach([STREAM_HEAD, chunk(textEvent('one'))]);
    const response = await pending;
    await response.nextEvent();

    const closing = await beginClosing(scene);
    scene.clock.advance(TIMEOUT - 1);
    await exchange.sendEach([textEvent('two'), finishEvent(), DONE].map(chunk));
    await exchange.send(LAST_CHUNK);
    const isWhole = await response.readAll();
    await closing.end;

    expect(isWhole).toBe(true);
    expect(response.events).toStrictEqual([
      textEvent('one'),
      textEvent('two'),
      finishEvent(),
      DONE,
    ]);
    expect(scene.proxy.logs.requests).toMatchObject([{ status: 200, ending: 'completed' }]);
  });

  it('waits for an answer that has not begun', async () => {
    const scene = await startDrainable();
    const pending = startRequest(scene.proxy, { body: chatBody() });
    const exchange = await scene.upstream.next();

    const closing = await beginClosing(scene);
    const wasOver = closing.isOver;
    await json(200, chatAnswer())(exchange);
    const response = await pending.response;
    await response.readAll();
    await closing.end;

    expect(wasOver).toBe(false);
    expect(response.status).toBe(200);
  });

  it('closes the connection behind an answer that had not begun', async () => {
    const scene = await startDrainable();
    const connection = await RawConnection.open(scene.proxy);
    await connection.send(chatRequest());
    const exchange = await scene.upstream.next();

    const closing = await beginClosing(scene);
    await json(200, chatAnswer())(exchange);
    const answer = await connection.untilClosed();
    await closing.end;

    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer.toLowerCase()).toContain('\r\nconnection: close\r\n');
  });

  it('begins nothing new on a connection that it still has', async () => {
    const scene = await startDrainable();
    const connection = await RawConnection.open(scene.proxy);
    await connection.send(chatRequest({ stream: true }));
    const exchange = await scene.upstream.next();
    await exchange.sendEach([STREAM_HEAD, chunk(textEvent('one'))]);
    await connection.until('one');

    const closing = await beginClosing(scene);
    await connection.send(chatRequest());
    await exchange.sendEach([chunk(finishEvent()), chunk(DONE), LAST_CHUNK]);
    const answers = await connection.untilClosed();
    await closing.end;

    expect(answers).toMatch(/\[DONE\][^]*HTTP\/1\.1 503 [^]*"code":"shutting_down"/);
    expect(scene.upstream.requests).toHaveLength(1);
    expect(scene.proxy.logs.requests).toMatchObject([
      { status: 200, ending: 'completed' },
      { status: 503, error: 'shutting_down' },
    ]);
  });
});
