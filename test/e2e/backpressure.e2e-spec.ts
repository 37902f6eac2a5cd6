import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import {
  DONE,
  type Exchange,
  FakeUpstream,
  LAST_CHUNK,
  type RunningProxy,
  STREAM_HEAD,
  chatBody,
  chunk,
  closeAll,
  open,
  providerAt,
  startProxy,
  streamHead,
  textEvent,
  untilQuiet,
  waitFor,
} from '../support/index.js';

const MIB = 1024 * 1024;
const EVENTS = 12_800;

/** More than the kernel keeps in the four socket buffers on the way, which it sizes itself, bytes. */
const SOCKET_BUFFERS = 100 * MIB;

/** An event of 16 KiB; two of them differ, so that none can be lost, doubled or swapped. */
function eventNumber(index: number): string {
  return textEvent(String(index).padStart(16 * 1024, '.'));
}

/** Sends some 200 MB of events as fast as they are taken. @returns the digest of what it sent */
async function pourEvents(exchange: Exchange): Promise<string> {
  const digest = createHash('sha256');
  await exchange.send(STREAM_HEAD);
  for (let index = 0; index < EVENTS && !exchange.isClosed; index += 1) {
    const event = eventNumber(index);
    digest.update(event);
    await exchange.pour(chunk(event));
  }
  await exchange.sendEach([chunk(DONE), LAST_CHUNK]);
  return digest.update(DONE).digest('hex');
}

/** Gives the threads that unpack the time for some 16 MiB, if nobody holds them back. */
async function letUnpack(): Promise<void> {
  const something = gzipSync('something');
  for (let turn = 0; turn < 1000; turn += 1) {
    await promisify(gunzip)(something);
  }
}

async function start(): Promise<{ proxy: RunningProxy; upstream: FakeUpstream }> {
  const upstream = await FakeUpstream.start();
  return { upstream, proxy: await startProxy({ config: { providers: [providerAt(upstream)] } }) };
}

jest.setTimeout(60_000);

describe('a stream of 200 MB', () => {
  afterEach(closeAll);

  it('waits at the provider while its client does not read, and then arrives whole', async () => {
    const { proxy, upstream } = await start();
    const pending = open(proxy, { body: chatBody({ stream: true }) });
    const exchange = await upstream.next();
    const pouring = pourEvents(exchange);
    const response = await pending;

    await untilQuiet(() => exchange.written);
    const written = exchange.written;
    const queued = proxy.queued;
    const digest = createHash('sha256');
    let received = 0;
    const isWhole = await response.consume((packet) => {
      digest.update(packet);
      received += packet.length;
    });

    expect(written).toBeLessThan(SOCKET_BUFFERS);
    expect(queued).toBeLessThan(MIB);
    expect(isWhole).toBe(true);
    expect(received).toBeGreaterThan(200 * MIB);
    expect(digest.digest('hex')).toBe(await pouring);
  });

  it('never holds more than a little, however often the client stops and goes on', async () => {
    const { proxy, upstream } = await start();
    const pending = open(proxy, { body: chatBody({ stream: true }) });
    const exchange = await upstream.next();
    const pouring = pourEvents(exchange);
    const response = await pending;
    let received = 0;
    let nextStop = 8 * MIB;
    let mostOnTheWay = 0;
    let mostQueued = 0;

    const done = response.consume((packet) => {
      received += packet.length;
      if (received >= nextStop) {
        nextStop += 16 * MIB;
        response.pause();
        void untilQuiet(() => exchange.written).then(() => {
          mostOnTheWay = Math.max(mostOnTheWay, exchange.written - received);
          mostQueued = Math.max(mostQueued, proxy.queued);
          response.resume();
        });
      }
    });

    expect(await done).toBe(true);
    await pouring;
    expect(mostQueued).toBeGreaterThan(0);
    expect(mostQueued).toBeLessThan(MIB);
    expect(mostOnTheWay).toBeLessThan(SOCKET_BUFFERS);
  });

  it('is not unpacked faster than its client reads, when it is compressed', async () => {
    const { proxy, upstream } = await start();
    const pending = open(proxy, { body: chatBody({ stream: true }) });
    const exchange = await upstream.next();
    const text = eventNumber(1).repeat(EVENTS);
    await exchange.send(streamHead({ 'content-encoding': 'gzip' }));
    const sending = exchange.sendEach([chunk(gzipSync(text, { level: 1 })), LAST_CHUNK]);
    const response = await pending;

    await waitFor(() => proxy.queued > 0, 'the client is behind');
    await letUnpack();
    const queued = proxy.queued;
    let received = 0;
    await response.consume((packet) => {
      received += packet.length;
    });
    await sending;

    expect(queued).toBeLessThan(MIB);
    expect(received).toBeGreaterThan(text.length);
  });

  it('waits at the provider too when it is compressed and does not get smaller', async () => {
    const { proxy, upstream } = await start();
    const pending = open(proxy, { body: chatBody({ stream: true }) });
    const exchange = await upstream.next();
    await exchange.send(streamHead({ 'content-encoding': 'gzip' }));
    const text = Buffer.from(eventNumber(1).repeat(64));
    const member = chunk(gzipSync(text, { level: 0 }));
    const pouring = (async () => {
      for (let count = 0; count < EVENTS / 64; count += 1) {
        await exchange.pour(member);
      }
      await exchange.send(LAST_CHUNK);
    })();
    const response = await pending;

    await waitFor(() => proxy.queued > 0, 'the client is behind');
    await letUnpack();
    const written = exchange.written;
    let received = 0;
    await response.consume((packet) => {
      received += packet.length;
    });
    await pouring;

    expect(written).toBeLessThan(SOCKET_BUFFERS);
    expect(received).toBeGreaterThan(200 * MIB);
  });
});
