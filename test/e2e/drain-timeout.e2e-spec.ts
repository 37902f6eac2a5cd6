import { afterEach, describe, expect, it } from '@jest/globals';
import {
  STREAM_HEAD,
  chatBody,
  chunk,
  closeAll,
  open,
  startRequest,
  textEvent,
  turns,
} from '../support/index.js';
import {
  CHAT,
  SHUTTING_DOWN,
  STREAM,
  TIMEOUT,
  beginClosing,
  chatRequest,
  startDrainable,
} from '../support/draining.js';
import { errorBody, expectError } from '../support/error-format.js';
import { RawConnection, requestHead } from '../support/raw-connection.js';

describe('when its time is up, the proxy', () => {
  afterEach(closeAll);

  it('ends a stream with an error event, and the call behind it', async () => {
    const scene = await startDrainable();
    const pending = open(scene.proxy, STREAM);
    const exchange = await scene.upstream.next();
    await exchange.sendEach([STREAM_HEAD, chunk(textEvent('one'))]);
    const response = await pending;
    await response.nextEvent();

    const closing = await beginClosing(scene);
    scene.clock.advance(TIMEOUT);
    await response.readAll();
    await Promise.all([exchange.closed, closing.end]);

    const [first, last = '', ...more] = response.events;
    expect(first).toBe(textEvent('one'));
    expect(JSON.parse(last.slice('data: '.length))).toStrictEqual(errorBody(SHUTTING_DOWN));
    expect(more).toStrictEqual([]);
    expect(scene.proxy.logs.requests).toMatchObject([
      { status: 200, ending: 'interrupted', error: 'shutting_down', level: 'warn' },
    ]);
  });

  it('answers 503 to what has not begun, and ends the call behind it', async () => {
    const scene = await startDrainable();
    const pending = startRequest(scene.proxy, { body: chatBody() });
    const exchange = await scene.upstream.next();

    const closing = await beginClosing(scene);
    scene.clock.advance(TIMEOUT);
    const response = await pending.response;
    await response.readAll();
    await Promise.all([exchange.closed, closing.end]);

    expectError(response, SHUTTING_DOWN);
    expect(response.headers['retry-after']).toBe('1');
    expect(scene.proxy.logs.requests).toMatchObject([
      { status: 503, ending: 'completed', error: 'shutting_down' },
    ]);
  });

  it('answers 503 to an upload, and sends nothing of it on', async () => {
    const scene = await startDrainable();
    const connection = await RawConnection.open(scene.proxy);
    const body = JSON.stringify(chatBody());
    await connection.send(
      requestHead('POST', CHAT, { 'content-length': body.length }) + body.slice(0, 5),
    );
    await turns(20);

    const closing = await beginClosing(scene);
    scene.clock.advance(TIMEOUT);
    const answer = await connection.until('shutting_down');
    await connection.send(body.slice(5));
    await closing.end;

    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
    expect(scene.upstream.requests).toStrictEqual([]);
    expect(scene.proxy.logs.requests).toMatchObject([{ status: 503, error: 'shutting_down' }]);
  });

  it('cuts a client that does not read its last words', async () => {
    const scene = await startDrainable();
    const connection = await RawConnection.open(scene.proxy);
    connection.pause();
    await connection.send(chatRequest({ stream: true }));
    const exchange = await scene.upstream.next();
    const filling = exchange.pour(Buffer.from(STREAM_HEAD)).then(async () => {
      const piece = chunk(textEvent('x'.repeat(100_000)));
      while (!exchange.isClosed) {
        await exchange.pour(piece);
      }
    });
    await turns(500);

    const closing = await beginClosing(scene);
    scene.clock.advance(TIMEOUT);
    await turns(20);
    scene.clock.advance(1000);
    await Promise.all([closing.end, filling]);

    expect(closing.isOver).toBe(true);
  });

  it('goes by server.shutdown_timeout', async () => {
    const scene = await startDrainable({ shutdown_timeout: '2s' });
    const pending = startRequest(scene.proxy, { body: chatBody() });
    await scene.upstream.next();

    const closing = await beginClosing(scene);
    scene.clock.advance(2000);
    const response = await pending.response;
    await response.readAll();
    await closing.end;

    expect(response.status).toBe(503);
  });
});
