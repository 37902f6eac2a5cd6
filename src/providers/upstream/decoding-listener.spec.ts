import { promisify } from 'node:util';
import {
  brotliCompressSync,
  constants,
  createGzip,
  deflateSync,
  gunzip,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import { describe, expect, it, jest } from '@jest/globals';
import { RecordingListener } from '../../../test/support/recording-listener.js';
import { turns, waitFor } from '../../../test/support/waiting.js';
import { DecodingListener } from './decoding-listener.js';
import { UpstreamFailure } from './upstream.js';

const TEXT = 'data: {"a":"äöü"}\n\n'.repeat(500);
const MEGABYTE = 1024 * 1024;

function setUp(listener = new RecordingListener()): {
  listener: RecordingListener;
  decoding: DecodingListener;
  exchange: { pause: jest.Mock; resume: jest.Mock; cancel: jest.Mock };
} {
  const exchange = { pause: jest.fn(), resume: jest.fn(), cancel: jest.fn() };
  const decoding = new DecodingListener(listener, () => exchange);
  return { listener, decoding, exchange };
}

function packetsOf(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}

describe('DecodingListener', () => {
  it.each([{}, { 'content-encoding': 'identity' }, { 'content-encoding': '' }])(
    'hands a plain body on as it is, at once: %j',
    (headers) => {
      const { listener, decoding } = setUp();
      const chunk = Buffer.from('abc');
      const heard = jest.fn();
      listener.onData = heard;

      decoding.onConnected();
      decoding.onResponse(200, headers);
      decoding.onData(chunk);
      decoding.onEnd();

      expect(listener.heard).toStrictEqual(['connected', 'response 200', 'end']);
      expect(heard).toHaveBeenCalledWith(chunk);
    },
  );

  it.each([
    ['gzip', gzipSync(TEXT)],
    ['GZIP', gzipSync(TEXT)],
    ['x-gzip', gzipSync(TEXT)],
    ['deflate', deflateSync(TEXT)],
    [' br ', brotliCompressSync(TEXT)],
    ['zstd', zstdCompressSync(TEXT)],
  ])('decodes %s, however it is cut', async (encoding, bytes) => {
    for (const size of [1, 7, bytes.length]) {
      const { listener, decoding } = setUp();

      decoding.onResponse(200, { 'content-encoding': encoding });
      packetsOf(bytes, size).forEach((packet) => {
        decoding.onData(packet);
      });
      decoding.onEnd();
      await listener.over;

      expect(listener.body.toString()).toBe(TEXT);
      expect(listener.heard).toStrictEqual(['response 200', 'data', 'end']);
    }
  });

  it('hands on what a provider flushed without waiting for more', async () => {
    const { listener, decoding } = setUp();
    const gzip = createGzip();
    gzip.on('data', (packet: Buffer) => {
      decoding.onData(packet);
    });
    decoding.onResponse(200, { 'content-encoding': 'gzip' });

    gzip.write('data: 1\n\n');
    gzip.flush(constants.Z_SYNC_FLUSH);
    await waitFor(() => listener.received > 0, 'the first event is decoded');

    expect(listener.body.toString()).toBe('data: 1\n\n');
  });

  it('takes an empty body for what it is', async () => {
    const { listener, decoding } = setUp();

    decoding.onResponse(200, { 'content-encoding': 'gzip' });
    decoding.onEnd();
    await listener.over;

    expect(listener.heard).toStrictEqual(['response 200', 'end']);
  });

  it.each(['gzip', 'deflate', 'br', 'zstd'])(
    'does not take a truncated body for a whole one: %s',
    async (encoding) => {
      const compress = {
        gzip: gzipSync,
        deflate: deflateSync,
        br: brotliCompressSync,
        zstd: zstdCompressSync,
      }[encoding];
      const bytes = compress?.(TEXT) ?? Buffer.of();
      const { listener, decoding, exchange } = setUp();

      decoding.onResponse(200, { 'content-encoding': encoding });
      decoding.onData(bytes.subarray(0, bytes.length - 5));
      decoding.onEnd();
      await listener.over;

      expect(listener.heard.at(-1)).toBe('failure protocol');
      expect(listener.heard).not.toContain('end');
      expect(exchange.cancel).toHaveBeenCalledTimes(1);
    },
  );

  it('fails when what comes is not what it says', async () => {
    const { listener, decoding, exchange } = setUp();

    decoding.onResponse(200, { 'content-encoding': 'gzip' });
    decoding.onData(Buffer.from('this is no gzip'));
    await listener.over;
    decoding.onData(Buffer.from('more'));
    decoding.onFailure(new UpstreamFailure('reset', undefined));
    await turns(5);

    expect(listener.heard).toStrictEqual(['response 200', 'failure protocol']);
    expect(exchange.cancel).toHaveBeenCalledTimes(1);
  });

  it('fails before anyone hears of an answer that it cannot read', () => {
    const { listener, decoding, exchange } = setUp();

    decoding.onResponse(200, { 'content-encoding': 'compress' });

    expect(listener.heard).toStrictEqual(['failure protocol']);
    expect(listener.failure?.cause).toMatchObject({ message: expect.stringContaining('compress') });
    expect(exchange.cancel).toHaveBeenCalledTimes(1);
  });

  it('fails the same way when the header came twice', () => {
    const { listener, decoding } = setUp();
    // undici gives what came twice as an array, whatever its types say.
    const headers = { 'content-encoding': ['gzip', 'br'] as unknown as string };

    decoding.onResponse(200, headers);

    expect(listener.heard).toStrictEqual(['failure protocol']);
  });

  it('hands on a connection that was lost', async () => {
    const { listener, decoding } = setUp();

    decoding.onResponse(200, { 'content-encoding': 'gzip' });
    decoding.onData(gzipSync(TEXT).subarray(0, 20));
    decoding.onFailure(new UpstreamFailure('reset', undefined));
    await turns(5);

    expect(listener.heard).toStrictEqual(['response 200', 'failure reset']);
  });

  it('says nothing after a cancel', async () => {
    const { listener, decoding } = setUp();

    decoding.onResponse(200, { 'content-encoding': 'gzip' });
    decoding.onData(gzipSync(TEXT));
    decoding.cancel();
    await turns(20);

    expect(listener.heard).toStrictEqual(['response 200']);
  });

  it('holds the provider back while the decoder is full, and lets it go on', async () => {
    const { decoding, exchange, listener } = setUp();
    const bytes = gzipSync(Buffer.alloc(MEGABYTE, 'a'), { level: 0 });

    decoding.onResponse(200, { 'content-encoding': 'gzip' });
    decoding.onData(bytes);
    expect(exchange.pause).toHaveBeenCalledTimes(1);
    await waitFor(() => exchange.resume.mock.calls.length > 0, 'the decoder has room again');
    decoding.onEnd();
    await listener.over;

    expect(listener.received).toBe(MEGABYTE);
  });

  it('decodes no further than a paused client can take', async () => {
    const { decoding, listener } = setUp(
      new RecordingListener({
        onData: () => {
          decoding.pause();
        },
      }),
    );

    decoding.onResponse(200, { 'content-encoding': 'gzip' });
    decoding.onData(gzipSync(Buffer.alloc(50 * MEGABYTE)));
    decoding.onEnd();
    await waitFor(() => listener.received > 0, 'the first bytes are there');
    for (let turn = 0; turn < 100; turn += 1) {
      await promisify(gunzip)(gzipSync('decoders work on threads of their own'));
    }
    decoding.cancel();

    expect(listener.received).toBeLessThan(MEGABYTE);
  });
});
