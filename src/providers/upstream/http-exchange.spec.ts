import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Pool, buildConnector } from 'undici';
import { RecordingListener } from '../../../test/support/recording-listener.js';
import { closeAll, track } from '../../../test/support/resources.js';
import type { Exchange } from '../../../test/support/upstream/exchange.js';
import { FakeUpstream } from '../../../test/support/upstream/fake-upstream.js';
import {
  LAST_CHUNK,
  chunk,
  closing,
  head,
  json,
  resetting,
  respond,
} from '../../../test/support/upstream/scripts.js';
import { turns, untilQuiet } from '../../../test/support/waiting.js';
import { ConnectionAge } from './connection-age.js';
import { HttpExchange } from './http-exchange.js';
import type { UpstreamListener } from './upstream.js';

/** Larger than what is joined before it is sent, bytes. */
const LARGE = 200_000;

describe('HttpExchange', () => {
  let upstream: FakeUpstream;
  let origin: string;
  let pool: Pool;
  let age: ConnectionAge;

  beforeEach(async () => {
    upstream = await FakeUpstream.start();
    origin = `http://127.0.0.1:${upstream.port}`;
    pool = openPool();
  });

  afterEach(closeAll);

  function openPool(options: Pool.Options = {}): Pool {
    age = new ConnectionAge();
    const opened = age.watch(new Pool(origin, options));
    track({ close: () => opened.destroy() });
    return opened;
  }

  function begin(
    body: readonly Uint8Array[] = [Buffer.from('{}')],
    listener = new RecordingListener(),
  ): { exchange: HttpExchange; listener: RecordingListener } {
    const exchange = exchangeOf(body, listener);
    exchange.start();
    return { exchange, listener };
  }

  function exchangeOf(body: readonly Uint8Array[], listener: UpstreamListener): HttpExchange {
    const length = body.reduce((sum, piece) => sum + piece.byteLength, 0);
    const headers = ['content-length', String(length), 'x-a', 'b'];
    return new HttpExchange(pool, age, { origin, path: '/v1/x', headers, body }, listener);
  }

  /** Leaves one idle connection in the pool. */
  async function warmUp(): Promise<void> {
    upstream.answerOnce(json(200, {}));
    await begin().listener.over;
    await turns();
  }

  describe('of a call that goes well', () => {
    it('sends the request and hands on the answer as it comes', async () => {
      upstream.answer(json(201, { a: 1 }, { 'X-B': 'c' }));

      const { listener } = begin([Buffer.from('{"a"'), Buffer.from(':1}')]);
      await listener.over;

      expect(upstream.lastRequest).toMatchObject({
        method: 'POST',
        path: '/v1/x',
        headers: { 'content-length': '7', 'x-a': 'b', host: new URL(origin).host },
        body: Buffer.from('{"a":1}'),
      });
      expect(listener.heard).toStrictEqual(['connected', 'response 201', 'data', 'end']);
      expect(listener.headers).toMatchObject({ 'x-b': 'c' });
      expect(listener.body.toString()).toBe('{"a":1}');
    });

    it('hands each packet on as soon as it is there', async () => {
      const { listener } = begin();
      const exchange = await upstream.next();

      await exchange.send(head(200, { 'transfer-encoding': 'chunked' }));
      expect(listener.heard).toStrictEqual(['connected', 'response 200']);
      await exchange.send(chunk('one'));
      expect(listener.body.toString()).toBe('one');
      await exchange.send(chunk('two'));
      expect(listener.body.toString()).toBe('onetwo');
      await exchange.send(LAST_CHUNK);

      expect(listener.heard.at(-1)).toBe('end');
    });

    it.each<[string, readonly Uint8Array[]]>([
      ['nothing', []],
      ['one piece', [Buffer.alloc(LARGE, 'a')]],
      ['a part of a larger buffer', [Buffer.from('xabcx').subarray(1, 4)]],
      ['small pieces', [Buffer.from('a'), new Uint8Array(0), Buffer.from('b')]],
      [
        'large pieces',
        [new Uint8Array(0), Buffer.alloc(LARGE, 'a'), Buffer.from('b'), Buffer.alloc(LARGE, 'c')],
      ],
    ])('sends a body of %s', async (_, body) => {
      upstream.answer(json(200, {}));

      await begin(body).listener.over;

      const { headers, body: received } = upstream.lastRequest;
      expect(received.equals(Buffer.concat(body))).toBe(true);
      expect(headers['content-length']).toBe(String(received.length));
    });

    it('uses an idle connection again', async () => {
      await warmUp();
      await warmUp();

      expect(upstream.connections).toBe(1);
    });

    it('skips interim answers', async () => {
      const { listener } = begin();
      const exchange = await upstream.next();

      await exchange.send(head(103, { link: '</style.css>' }));
      await exchange.send(head(200, { 'content-length': 0 }));
      await listener.over;

      expect(listener.heard).toStrictEqual(['connected', 'response 200', 'end']);
    });
  });

  describe('of a call that fails', () => {
    it('is unreachable when nobody listens', async () => {
      await upstream.vanish();

      const { listener } = begin();
      await listener.over;

      expect(listener.heard).toStrictEqual(['failure unreachable']);
      expect(listener.failure?.cause).toMatchObject({ code: 'ECONNREFUSED' });
    });

    it('is unreachable when the pool is closed', async () => {
      await pool.destroy();

      expect(begin().listener.heard).toStrictEqual(['failure unreachable']);
    });

    it('is a reset when the connection breaks in the body', async () => {
      const { listener } = begin();
      const exchange = await upstream.next();

      await exchange.send(head(200, { 'content-length': 10 }) + '12345');
      exchange.reset();
      await listener.over;

      expect(listener.heard).toStrictEqual(['connected', 'response 200', 'data', 'failure reset']);
    });

    it.each([
      ['a body shorter than its length', { 'content-length': 10 }, '12345'],
      ['a chunked body without its end', { 'transfer-encoding': 'chunked' }, '5\r\n12345\r\n'],
      [
        'a body shorter than its length on a connection that closes',
        { 'content-length': 10, connection: 'close' },
        '12345',
      ],
    ])('never takes %s for a whole one', async (_, headers, body) => {
      const { listener } = begin();
      const exchange = await upstream.next();

      await exchange.send(head(200, headers) + body);
      exchange.finish();
      await listener.over;

      expect(listener.heard.at(-1)).toMatch(/^failure/);
      expect(listener.body.toString()).toBe('12345');
    });

    it.each([
      ['what is not HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
      ['a broken chunk size', `${head(200, { 'transfer-encoding': 'chunked' })}zz\r\n`],
      ['a head that never ends', head(200, { 'x-a': 'a'.repeat(100_000) })],
    ])('is a broken protocol when the provider sends %s', async (_, bytes) => {
      upstream.answer((exchange) => exchange.send(bytes));

      const { listener } = begin();
      await listener.over;

      expect(listener.heard.at(-1)).toBe('failure protocol');
      expect(upstream.requests).toHaveLength(1);
    });

    it('is told once when the request itself is impossible', () => {
      const listener = new RecordingListener();
      const request = { origin, path: '/', headers: ['a\n', 'b'], body: [] };

      new HttpExchange(pool, age, request, listener).start();

      expect(listener.heard).toStrictEqual(['failure unreachable']);
    });
  });

  describe('on a connection that the provider had closed', () => {
    it('sends the request once more, on a new one', async () => {
      await warmUp();
      upstream.answerOnce(resetting, json(200, { a: 1 }));

      const { listener } = begin();
      await listener.over;

      expect(listener.heard).toStrictEqual(['connected', 'response 200', 'data', 'end']);
      expect(upstream.requests).toHaveLength(3);
      expect(upstream.connections).toBe(2);
    });

    it('sends a large body again as it was', async () => {
      const body = [Buffer.alloc(LARGE, 'a'), Buffer.from('b'), Buffer.alloc(LARGE, 'c')];
      await warmUp();
      upstream.answerOnce(closing, json(200, {}));

      await begin(body).listener.over;

      expect(upstream.lastRequest.body.equals(Buffer.concat(body))).toBe(true);
    });

    it('notices before it sends when the provider has said so', async () => {
      await warmUp();
      await upstream.hangUp();
      upstream.answerOnce(json(200, {}));

      await begin().listener.over;

      expect(upstream.requests).toHaveLength(2);
    });

    it('does not send a third time', async () => {
      await warmUp();
      upstream.answer(resetting);

      const { listener } = begin();
      await listener.over;

      expect(listener.heard).toStrictEqual(['connected', 'failure reset']);
      expect(upstream.requests).toHaveLength(3);
    });

    it('does not send a third time when the next idle connection was closed too', async () => {
      upstream.answerOnce(json(200, {}), json(200, {}));
      await Promise.all([begin().listener.over, begin().listener.over]);
      await turns();
      upstream.answer(resetting);

      const { listener } = begin();
      await listener.over;

      expect(listener.heard).toStrictEqual(['connected', 'failure reset']);
      expect(upstream.requests).toHaveLength(4);
      expect(upstream.connections).toBe(2);
    });

    it('does not send again on a connection that was new: the provider may have been at work', async () => {
      upstream.answer(resetting);

      const { listener } = begin();
      await listener.over;

      expect(listener.heard).toStrictEqual(['connected', 'failure reset']);
      expect(upstream.requests).toHaveLength(1);
    });

    it.each([
      ['a byte', 'H'],
      ['half a head', 'HTTP/1.1 200 OK\r\nx-a: b\r\n'],
      ['an interim answer', head(103)],
      ['an interim answer that nobody asked for', head(100)],
    ])('does not send again once %s has come', async (_, bytes) => {
      await warmUp();
      upstream.answer(async (exchange) => {
        await exchange.send(bytes);
        exchange.reset();
      });

      const { listener } = begin();
      await listener.over;

      expect(listener.heard.at(-1)).toMatch(/^failure/);
      expect(upstream.requests).toHaveLength(2);
    });

    it('does not send again what was cancelled', async () => {
      await warmUp();
      const { exchange, listener } = begin();
      const second = await upstream.next();

      exchange.cancel();
      await second.closed;
      await turns();

      expect(listener.heard).toStrictEqual(['connected']);
      expect(upstream.requests).toHaveLength(2);
    });
  });

  describe('cancel', () => {
    it('ends a call that still waits for its connection', async () => {
      let connect = (): void => undefined;
      const realConnect = buildConnector({});
      pool = openPool({
        connect: (options, callback) => {
          connect = () => {
            realConnect(options, callback);
          };
        },
      });
      const { exchange, listener } = begin();

      exchange.cancel();
      connect();
      await untilQuiet(() => upstream.connections);

      expect(upstream.connections).toBe(1);
      expect(upstream.requests).toHaveLength(0);
      expect(listener.heard).toStrictEqual([]);
    });

    it('says nothing when the connection then does not come about', async () => {
      await upstream.vanish();
      const { exchange, listener } = begin();

      exchange.cancel();
      await turns(10);

      expect(listener.heard).toStrictEqual([]);
    });

    it('ends a call that waits for its answer', async () => {
      const { exchange, listener } = begin();
      const { closed } = await upstream.next();

      exchange.cancel();
      await closed;

      expect(listener.heard).toStrictEqual(['connected']);
    });

    it('ends a call in the middle of its answer', async () => {
      const { exchange, listener } = begin();
      const served = await upstream.next();
      await served.send(head(200, { 'content-length': 10 }) + '12345');

      exchange.cancel();
      await served.closed;

      expect(listener.heard).toStrictEqual(['connected', 'response 200', 'data']);
    });

    it.each<[string, (cancel: () => void) => Partial<UpstreamListener>, readonly string[]]>([
      ['the connection', (onConnected) => ({ onConnected }), ['connected']],
      ['the head', (onResponse) => ({ onResponse }), ['connected', 'response 200']],
      ['the body', (onData) => ({ onData }), ['connected', 'response 200', 'data']],
    ])('may come from whoever hears of %s', async (_, hook, heard) => {
      upstream.answer(json(200, { a: 1 }));
      const listener: RecordingListener = new RecordingListener(
        hook(() => {
          exchange.cancel();
        }),
      );
      const exchange: HttpExchange = exchangeOf([Buffer.from('{}')], listener);

      exchange.start();
      await listener.connected;
      await untilQuiet(() => listener.heard.length);

      expect(listener.heard).toStrictEqual(heard);
    });

    it('leaves a finished call and its connection alone', async () => {
      upstream.answer(json(200, {}));
      const { exchange, listener } = begin();
      await listener.over;
      await turns();

      exchange.cancel();
      exchange.pause();
      exchange.resume();
      await begin().listener.over;

      expect(listener.heard.at(-1)).toBe('end');
      expect(upstream.connections).toBe(1);
    });
  });

  describe('pause', () => {
    const PIECE = Buffer.alloc(64 * 1024, 'x');
    const PIECES = 512;
    const TOTAL = PIECE.length * PIECES;

    async function pourAll(served: Exchange): Promise<void> {
      await served.send(head(200, { 'content-length': TOTAL }));
      for (let index = 0; index < PIECES && !served.isClosed; index += 1) {
        await served.pour(PIECE);
      }
    }

    it('holds the provider back, and nothing queues here', async () => {
      const listener: RecordingListener = new RecordingListener({
        onData: () => {
          exchange.pause();
        },
      });
      const { exchange } = begin([], listener);
      const served = await upstream.next();
      const poured = pourAll(served);
      await untilQuiet(() => served.written);

      expect(listener.chunks).toHaveLength(1);
      expect(served.written).toBeLessThan(TOTAL);

      exchange.cancel();
      await Promise.allSettled([poured]);
    });

    it('goes on after resume and loses nothing', async () => {
      let isHeld = true;
      const listener: RecordingListener = new RecordingListener({
        onData: () => {
          if (isHeld) {
            exchange.pause();
          }
        },
      });
      const { exchange } = begin([], listener);
      const served = await upstream.next();
      const poured = pourAll(served);
      await untilQuiet(() => served.written);

      isHeld = false;
      exchange.resume();
      await listener.over;
      await poured;

      expect(listener.heard).toStrictEqual(['connected', 'response 200', 'data', 'end']);
      expect(listener.received).toBe(TOTAL);
    });

    it('may come before the answer', async () => {
      const { exchange, listener } = begin();
      const served = await upstream.next();

      exchange.pause();
      await served.send(head(200, { 'content-length': 3 }) + 'abc');
      await untilQuiet(() => listener.received);
      const before = listener.received;
      exchange.resume();
      await listener.over;

      expect(before).toBe(0);
      expect(listener.body.toString()).toBe('abc');
    });

    it('loses nothing of a body that ends with its connection', async () => {
      const listener: RecordingListener = new RecordingListener({
        onData: () => {
          exchange.pause();
        },
      });
      const { exchange } = begin([], listener);
      const served = await upstream.next();
      await served.send(head(200));
      await served.send('one');
      await served.send('two');
      served.finish();
      await untilQuiet(() => listener.received);

      exchange.resume();
      await listener.over;

      expect(listener.body.toString()).toBe('onetwo');
      expect(listener.heard.at(-1)).toBe('end');
    });
  });

  it('keeps a reply apart from the next one on the same connection', async () => {
    upstream.answerOnce(respond(200, 'first', {}), respond(200, 'second', {}));

    const { listener: first } = begin();
    await first.over;
    const { listener: second } = begin();
    await second.over;

    expect([first.body.toString(), second.body.toString()]).toStrictEqual(['first', 'second']);
  });
});
