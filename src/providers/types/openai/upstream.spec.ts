import { inspect, promisify } from 'node:util';
import { gunzip, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readCertificate } from '../../../../test/support/certificate.js';
import { RecordingListener } from '../../../../test/support/recording-listener.js';
import { closeAll, track } from '../../../../test/support/resources.js';
import { FakeUpstream } from '../../../../test/support/upstream/fake-upstream.js';
import type { RecordedRequest } from '../../../../test/support/upstream/request-parser.js';
import {
  LAST_CHUNK,
  chunk,
  head,
  json,
  resetting,
  respond,
  silent,
} from '../../../../test/support/upstream/scripts.js';
import { turns, untilQuiet, waitFor } from '../../../../test/support/waiting.js';
import { type OpenAIProviderConfig, parseConfig } from '../../../config/index.js';
import { ProbeError } from '../../upstream/upstream.js';
import { OpenAIUpstream } from './upstream.js';

const KEY = 'sk-secret-0123456789';
const MEGABYTE = 1024 * 1024;

/** Longer than any test lasts, ms. */
const PATIENT = 60_000;

/** Decoders work on threads of their own: lets them do what they have to do. */
async function decodingTurns(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) {
    await promisify(gunzip)(gzipSync('turn'));
  }
}

describe('OpenAIUpstream', () => {
  let server: FakeUpstream;
  let upstream: OpenAIUpstream;

  beforeEach(async () => {
    server = await FakeUpstream.start();
    upstream = upstreamAt(server.url);
  });

  afterEach(closeAll);

  function upstreamAt(apiBase: string, more: Partial<OpenAIProviderConfig> = {}): OpenAIUpstream {
    const yaml = `providers: [{name: a, api_base: "${apiBase}", api_key: ${KEY}}]`;
    const [provider] = parseConfig(yaml).providers;
    return track(new OpenAIUpstream({ ...(provider as OpenAIProviderConfig), ...more }, {}));
  }

  const CALL = {
    path: '/chat/completions',
    clientHeaders: { 'user-agent': 'client/1', authorization: 'Bearer client-key' },
    requestId: 'request-1',
    traceContext: undefined,
    body: [Buffer.from('{"model":'), Buffer.from('"a"}')],
  };

  async function messageOf(promise: Promise<unknown>): Promise<string> {
    try {
      await promise;
    } catch (error) {
      expect(error).toBeInstanceOf(ProbeError);
      return (error as Error).message;
    }
    return 'no error';
  }

  describe('send', () => {
    it("asks below the provider's address, with its key and the client's own words", async () => {
      server.answer(json(200, { a: 1 }));
      const listener = new RecordingListener();

      upstream.send(CALL, listener);
      await listener.over;

      expect(server.lastRequest).toMatchObject({
        method: 'POST',
        path: '/v1/chat/completions',
        headers: {
          authorization: `Bearer ${KEY}`,
          'user-agent': 'client/1',
          'x-request-id': 'request-1',
          'content-length': '13',
        },
        body: Buffer.from('{"model":"a"}'),
      });
      expect(listener.heard).toStrictEqual(['connected', 'response 200', 'data', 'end']);
    });

    it('asks at the root when the address has no path', async () => {
      server.answer(json(200, {}));
      const listener = new RecordingListener();

      upstreamAt(new URL(server.url).origin).send(CALL, listener);
      await listener.over;

      expect(server.lastRequest.path).toBe('/chat/completions');
    });

    it('decodes what the provider compressed although it was asked not to', async () => {
      const bytes = gzipSync('{"a":1}');
      server.answer(respond(200, bytes, { 'content-encoding': 'gzip' }));
      const listener = new RecordingListener();

      upstream.send(CALL, listener);
      await listener.over;

      expect(server.lastRequest.headers['accept-encoding']).toBe('identity');
      expect(listener.body.toString()).toBe('{"a":1}');
    });

    it('follows no redirect', async () => {
      server.answer(respond(307, '', { location: '/v1/elsewhere' }));
      const listener = new RecordingListener();

      upstream.send(CALL, listener);
      await listener.over;

      expect(listener.heard).toStrictEqual(['connected', 'response 307', 'end']);
      expect(server.requests).toHaveLength(1);
    });

    it('cancels on the wire', async () => {
      const listener = new RecordingListener();
      const exchange = upstream.send(CALL, listener);
      const served = await server.next();

      exchange.cancel();
      await served.closed;

      expect(listener.heard).toStrictEqual(['connected']);
    });

    it.each([{}, { 'content-encoding': 'gzip' }])(
      'holds the provider back and lets it go on: %j',
      async (headers) => {
        const isPlain = Object.keys(headers).length === 0;
        const piece = Buffer.alloc(MEGABYTE, 'a');
        const packet = isPlain ? piece : gzipSync(piece);
        let isHeld = true;
        const listener: RecordingListener = new RecordingListener({
          onData: () => {
            if (isHeld) {
              exchange.pause();
            }
          },
        });
        const exchange = upstream.send(CALL, listener);
        const served = await server.next();
        await served.send(head(200, { ...headers, 'transfer-encoding': 'chunked' }));

        const pouring = (async (): Promise<void> => {
          for (let index = 0; index < 30; index += 1) {
            await served.pour(chunk(packet));
          }
          await served.pour(Buffer.from(LAST_CHUNK));
        })();
        await waitFor(() => listener.received > 0, 'the first bytes are there');
        await untilQuiet(() => served.written + listener.received);
        await decodingTurns();
        const [heldAt, writtenAt] = [listener.received, served.written];
        isHeld = false;
        exchange.resume();
        await listener.over;
        await pouring;

        expect(heldAt).toBeLessThan(MEGABYTE / 4);
        expect(writtenAt).toBeLessThan(25 * MEGABYTE);
        expect(listener.received).toBe(30 * MEGABYTE);
        expect(listener.heard.at(-1)).toBe('end');
      },
    );

    it('cancels what is still being decoded', async () => {
      const bytes = gzipSync(Buffer.alloc(MEGABYTE));
      server.answer(respond(200, bytes, { 'content-encoding': 'gzip' }));
      const listener: RecordingListener = new RecordingListener({
        onData: () => {
          exchange.cancel();
        },
      });

      const exchange = upstream.send(CALL, listener);
      await waitFor(() => listener.received > 0, 'the first bytes are there');
      await decodingTurns();

      expect(listener.chunks).toHaveLength(1);
      expect(listener.heard).toStrictEqual(['connected', 'response 200', 'data']);
    });

    it('fails at once when the provider is closed', async () => {
      await upstream.close();
      const listener = new RecordingListener();

      upstream.send(CALL, listener);

      expect(listener.heard).toStrictEqual(['failure unreachable']);
    });

    it('ends what runs when it is closed', async () => {
      const listener = new RecordingListener();
      upstream.send(CALL, listener);
      const served = await server.next();

      await upstream.close();
      await served.closed;
      await listener.over;

      expect(listener.heard.at(-1)).toMatch(/^failure/);
    });
  });

  describe('listModels', () => {
    it('asks the provider, with its key, over the same connections', async () => {
      const requests: RecordedRequest[] = [];
      server.models = async (exchange) => {
        requests.push(exchange.request);
        await json(200, { data: [{ id: 'b' }, { id: 'a' }] })(exchange);
      };

      const names = await upstream.listModels(PATIENT);
      await turns();
      await upstream.listModels(PATIENT);

      expect(names).toStrictEqual(['b', 'a']);
      expect(requests[0]).toMatchObject({
        method: 'GET',
        path: '/v1/models',
        headers: { authorization: `Bearer ${KEY}` },
      });
      expect(server.connections).toBe(1);
    });

    it.each([
      ['an error', json(500, { error: {} })],
      ['no list', json(200, { models: [] })],
      ['no JSON', respond(200, '<html>', { 'content-type': 'text/html' })],
      ['nothing', respond(200, '', {})],
      ['a redirect', respond(302, '', { location: '/v1/models?again' })],
      ['too much', json(200, `{"data":[],"x":"${'x'.repeat(17 * MEGABYTE)}"}`)],
      ['a break', resetting],
    ])('throws when the provider sends %s', async (_, script) => {
      server.models = script;

      await expect(upstream.listModels(PATIENT)).rejects.toThrow(Error);
    });

    it('reads no more than the limit of an answer without a length', async () => {
      let written = 0;
      server.models = async (exchange) => {
        await exchange.send(head(200, { 'transfer-encoding': 'chunked' }));
        while (!exchange.isClosed) {
          await exchange.pour(chunk(Buffer.alloc(MEGABYTE, 'x')));
          written += MEGABYTE;
        }
      };

      await expect(upstream.listModels(PATIENT)).rejects.toThrow('invalid answer');

      expect(written).toBeLessThan(40 * MEGABYTE);
    });

    it.each([
      ['before the answer', ''],
      ['within the answer', `${head(200, { 'content-length': 100 })}{"data"`],
    ])('gives up a silent provider at its timeout: %s', async (_, bytes) => {
      server.models = async (exchange) => {
        await exchange.send(bytes);
      };

      await expect(upstream.listModels(100)).rejects.toThrow('timeout');
    });

    it('trusts the same certificates as the main calls', async () => {
      const tls = await FakeUpstream.start({ tls: true });
      tls.models = json(200, { data: [{ id: 'a' }] });

      await expect(upstreamAt(tls.url).listModels(PATIENT)).rejects.toThrow(Error);
      await expect(
        upstreamAt(tls.url, { ca: readCertificate().cert }).listModels(PATIENT),
      ).resolves.toStrictEqual(['a']);
    });
  });

  describe('probe', () => {
    it('asks for one tiny completion', async () => {
      server.answer(json(200, { choices: [] }));

      await upstream.probe('model-1', PATIENT);

      const { method, path, headers, body } = server.lastRequest;
      expect({ method, path }).toStrictEqual({ method: 'POST', path: '/v1/chat/completions' });
      expect(headers).toMatchObject({
        authorization: `Bearer ${KEY}`,
        'content-type': 'application/json',
      });
      expect(JSON.parse(body.toString())).toMatchObject({ model: 'model-1', max_tokens: 10 });
    });

    it('asks an embedding model for an embedding', async () => {
      server.answer(json(200, { data: [] }));

      await upstream.probe('text-embedding-3-small', PATIENT);

      expect(server.lastRequest.path).toBe('/v1/embeddings');
    });

    it('limits the answer in the newer way where the older one is refused', async () => {
      server.answer(async (exchange) => {
        const isOld = exchange.request.body.toString().includes('"max_tokens"');
        await json(isOld ? 400 : 200, isOld ? { error: {} } : { choices: [] })(exchange);
      });

      await upstream.probe('o3', PATIENT);

      expect(server.requests).toHaveLength(2);
      expect(JSON.parse(server.lastRequest.body.toString())).toMatchObject({
        max_completion_tokens: 10,
      });
    });

    it('is refused when both ways are', async () => {
      server.answer(json(400, { error: {} }));

      expect(await messageOf(upstream.probe('o3', PATIENT))).toBe('HTTP 400');
    });

    it.each([
      ['HTTP 429', json(429, { error: { message: `slow down ${KEY}` } })],
      ['HTTP 500', respond(500, '<html>', { 'content-type': 'text/html' })],
      ['unreachable', resetting],
      ['invalid answer', respond(200, '<html>', { 'content-type': 'text/html' })],
      ['invalid answer', respond(200, '', {})],
      ['invalid answer', json(200, { error: { message: 'no credits' } })],
    ])('says %s in as many words', async (reason, script) => {
      server.answer(script);

      expect(await messageOf(upstream.probe('model-1', PATIENT))).toBe(reason);
    });

    it('says that the provider took too long', async () => {
      server.answer(silent);

      expect(await messageOf(upstream.probe('model-1', 100))).toBe('timeout');
    });

    it('says that nobody listens', async () => {
      const { url } = server;
      await server.vanish();

      expect(await messageOf(upstreamAt(url).probe('model-1', PATIENT))).toBe('unreachable');
    });

    it.each([
      ['a refusal', json(401, { error: { message: `Incorrect API key provided: ${KEY}` } })],
      ['a break', resetting],
    ])('names neither address nor key: %s', async (_, script) => {
      server.answer(script);
      server.models = script;

      const errors = await Promise.all([
        upstream.probe('model-1', PATIENT).catch((error: unknown) => error),
        upstream.listModels(PATIENT).catch((error: unknown) => error),
      ]);

      const told = `${errors.join()} ${JSON.stringify(errors)} ${inspect(errors, { depth: 10 })}`;
      expect(told).toContain('ProbeError');
      expect(told).not.toContain(KEY);
      expect(told).not.toContain(`:${server.port}`);
    });
  });
});
