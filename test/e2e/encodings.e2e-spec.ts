import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type ClientResponse,
  DONE,
  FakeUpstream,
  LAST_CHUNK,
  type Script,
  UPSTREAM_MODEL,
  chatBody,
  chunk,
  closeAll,
  finishEvent,
  json,
  providerAt,
  send,
  ssePackets,
  startProxy,
  streamHead,
  textEvent,
} from '../support/index.js';

const ENCODINGS = [
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
] as const;

function answerNaming(model: string): string {
  return `{ "id":"é😀","n":12345678901234567890,"model":"${model}" }`;
}

function streamNaming(model: string): string {
  return textEvent('é', model) + textEvent('😀', model) + finishEvent(model) + DONE;
}

async function answerTo(script: Script, stream: boolean): Promise<ClientResponse> {
  const upstream = (await FakeUpstream.start()).answer(script);
  const mapping = { 'client-model': UPSTREAM_MODEL };
  const proxy = await startProxy({
    config: { providers: [providerAt(upstream, { model_mapping: mapping })] },
  });
  return send(proxy, { body: chatBody({ stream }), headers: { 'accept-encoding': 'gzip' } });
}

/** An event stream whose body has this encoding, in packets of 7 bytes. */
function encodedStream(encoding: string, bytes: Buffer, end: readonly string[]): Script {
  return async (exchange) => {
    await exchange.send(streamHead({ 'content-encoding': encoding }));
    for (let start = 0; start < bytes.length; start += 7) {
      await exchange.send(chunk(bytes.subarray(start, start + 7)));
    }
    await exchange.sendEach(end);
  };
}

describe('a body that the provider compressed unasked', () => {
  afterEach(closeAll);

  it('was not asked for', async () => {
    const upstream = (await FakeUpstream.start()).answer(json(200, '{}'));
    const proxy = await startProxy({ config: { providers: [providerAt(upstream)] } });

    await send(proxy, { body: chatBody(), headers: { 'accept-encoding': 'gzip, br, zstd' } });

    expect(upstream.lastRequest.headers['accept-encoding']).toBe('identity');
  });

  it.each(ENCODINGS)('is decoded when it is JSON: %s', async (encoding, compress) => {
    const bytes = compress(Buffer.from(answerNaming(UPSTREAM_MODEL)));

    const response = await answerTo(json(200, bytes, { 'content-encoding': encoding }), false);

    expect(response.status).toBe(200);
    expect(response.text).toBe(answerNaming('client-model'));
    expect(response.headers).not.toHaveProperty('content-encoding');
  });

  it.each(ENCODINGS)('is decoded when it is a stream: %s', async (encoding, compress) => {
    const bytes = compress(Buffer.from(streamNaming(UPSTREAM_MODEL)));

    const response = await answerTo(encodedStream(encoding, bytes, [LAST_CHUNK]), true);

    expect(response.status).toBe(200);
    expect(response.text).toBe(streamNaming('client-model'));
    expect(response.headers).not.toHaveProperty('content-encoding');
  });

  it.each([400, 429, 503])('is decoded when it is a refusal: %d', async (status) => {
    const bytes = gzipSync('{"error":{"message":"No"}}');

    const response = await answerTo(json(status, bytes, { 'content-encoding': 'gzip' }), true);

    expect(response.status).toBe(status);
    expect(response.text).toBe('{"error":{"message":"No"}}');
  });

  it.each(ENCODINGS)(
    'and cut short is an error when it is JSON: %s',
    async (encoding, compress) => {
      const bytes = compress(Buffer.from(answerNaming(UPSTREAM_MODEL))).subarray(0, -6);

      const response = await answerTo(json(200, bytes, { 'content-encoding': encoding }), false);

      expect(response.status).toBe(502);
      expect(response.json()).toMatchObject({ error: { type: 'server_error' } });
    },
  );

  it('and cut short is an error event when it is a stream', async () => {
    const text = textEvent('x'.repeat(2000), UPSTREAM_MODEL).repeat(50) + DONE;
    const bytes = gzipSync(text, { level: 0 }).subarray(0, 60_000);
    const script: Script = async (exchange) => {
      await exchange.sendEach([
        streamHead({ 'content-encoding': 'gzip' }),
        chunk(bytes),
        LAST_CHUNK,
      ]);
    };

    const response = await answerTo(script, true);

    expect(response.status).toBe(200);
    expect(response.events[0]).toBe(textEvent('x'.repeat(2000), 'client-model'));
    expect(response.events.at(-1)).toMatch(/^data: \{"error":.*"code":"upstream_error"/);
    expect(response.text).not.toContain('[DONE]');
  });

  it.each([
    ['garbage', 'gzip', Buffer.from('{"model":"upstream-model"}')],
    ['an unknown encoding', 'snappy', Buffer.from('{"model":"upstream-model"}')],
  ])('is a 502 when it is %s', async (_name, encoding, bytes) => {
    const response = await answerTo(json(200, bytes, { 'content-encoding': encoding }), false);

    expect(response.status).toBe(502);
  });

  it('is left alone when it says identity', async () => {
    const script = json(200, answerNaming(UPSTREAM_MODEL), { 'content-encoding': 'identity' });

    const response = await answerTo(script, false);

    expect(response.text).toBe(answerNaming('client-model'));
  });

  it('leaves every event as soon as the provider has flushed it', async () => {
    const events = streamNaming(UPSTREAM_MODEL);

    const response = await answerTo(ssePackets([Buffer.from(events)]), true);

    expect(response.text).toBe(streamNaming('client-model'));
  });
});
