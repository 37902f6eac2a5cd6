import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type ClientResponse,
  type Exchange,
  FakeUpstream,
  type Script,
  chatBody,
  closeAll,
  closing,
  eventOf,
  finishEvent,
  head,
  json,
  providerAt,
  resetting,
  respond,
  send,
  sse,
  startProxy,
  textEvent,
} from '../support/index.js';

/** @returns what a client gets when the provider does `script` */
async function answerTo(
  script: Script,
  more: Readonly<Record<string, unknown>> = {},
): Promise<ClientResponse> {
  const upstream = (await FakeUpstream.start()).answer(script);
  const proxy = await startProxy({ config: { providers: [providerAt(upstream)] } });
  return send(proxy, { body: chatBody(more) });
}

/** Checks that it is an error in OpenAI's format, and of ours. */
function expectServerError(response: ClientResponse, status: number, code: string): void {
  expect(response.status).toBe(status);
  expect(response.headers['content-type']).toMatch(/^application\/json/);
  expect(response.json()).toStrictEqual({
    error: {
      message: expect.any(String),
      type: 'server_error',
      param: null,
      code,
    },
  });
}

const WAYS_TO_ASK = [{ stream: false }, { stream: true }];

describe("a provider's own refusal", () => {
  afterEach(closeAll);

  it.each([400, 402, 404, 408, 409, 413, 422, 429, 500, 503, 529])(
    'reaches the client with its status, body and headers: %d',
    async (status) => {
      const body = `{ "error":{"message":"No \\u00e9","type":"t","code":"c","n":1.0} }`;
      const headers = { 'retry-after': '12', 'x-ratelimit-remaining-requests': '0' };

      const response = await answerTo(json(status, body, headers), { stream: true });

      expect(response.status).toBe(status);
      expect(response.text).toBe(body);
      expect(response.headers).toMatchObject({ ...headers, 'content-type': 'application/json' });
    },
  );

  it.each([401, 403])('of our key is our fault: %d becomes 502', async (status) => {
    const response = await answerTo(json(status, { error: { message: 'Bad key', code: 'k' } }));

    expectServerError(response, 502, 'upstream_auth_error');
    expect(response.text).not.toContain('Bad key');
  });

  it('that is no JSON keeps its status and gets a JSON body', async () => {
    const page = '<html><body>10.0.0.7 is unwell</body></html>';
    const script = respond(503, page, { 'content-type': 'text/html', 'retry-after': '3' });

    const response = await answerTo(script);

    expectServerError(response, 503, 'upstream_error');
    expect(response.text).not.toContain('10.0.0.7');
    expect(response.headers['retry-after']).toBe('3');
  });

  it('without a body keeps its status and gets a JSON body', async () => {
    const response = await answerTo(respond(504, '', {}));

    expectServerError(response, 504, 'upstream_error');
  });

  it.each<[string, (exchange: Exchange) => void]>([
    [
      'closed',
      (exchange) => {
        exchange.finish();
      },
    ],
    [
      'reset',
      (exchange) => {
        exchange.reset();
      },
    ],
  ])('whose connection is %s within its body keeps its status', async (_name, breakOff) => {
    const fields = { 'content-type': 'application/json', 'content-length': 100, 'retry-after': 30 };

    const response = await answerTo(async (exchange) => {
      await exchange.send(`${head(429, fields)}{"error":{"message":"at 10.0.0.7`);
      breakOff(exchange);
    });

    expect(response.status).toBe(429);
    expect(response.headers).toMatchObject({
      'retry-after': '30',
      'content-type': 'application/json',
    });
    expect(response.json()).toMatchObject({ error: { code: 'upstream_error' } });
    expect(response.text).not.toContain('10.0.0.7');
  });

  it('under a good status is a real refusal', async () => {
    const error = { message: 'Slow down', type: 'requests', param: null, code: 'rate_limit' };

    const response = await answerTo(json(200, { error }));

    expect(response.status).toBe(429);
    expect(response.json()).toStrictEqual({ error });
  });

  it.each([
    [{ message: 'Slow down', type: 'requests', code: 429 }, 429, '429'],
    [{ message: 'Slow down', code: 'rate_limit_exceeded' }, 429, 'rate_limit_exceeded'],
    [{ message: 'Too long', code: 'context_length_exceeded' }, 400, 'context_length_exceeded'],
    [{ message: 'Busy', type: 'overloaded_error' }, 503, 'upstream_error'],
    ['Something broke', 502, 'upstream_error'],
  ])('as the first event of a stream is a real refusal: %j', async (error, status, code) => {
    const response = await answerTo(sse([eventOf({ error })]), { stream: true });

    expect(response.status).toBe(status);
    expect(response.headers['content-type']).toMatch(/^application\/json/);
    expect(response.json()).toStrictEqual({
      error: {
        message: typeof error === 'string' ? error : error.message,
        type: expect.any(String),
        param: null,
        code,
      },
    });
  });

  it('of our key as the first event of a stream is our fault too', async () => {
    const error = { message: 'Bad key', code: 'invalid_api_key' };

    const response = await answerTo(sse([eventOf({ error })]), { stream: true });

    expectServerError(response, 502, 'upstream_auth_error');
  });

  it('behind an empty first chunk and a comment is still a real refusal', async () => {
    const role = { choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] };
    const error = { message: 'Busy', code: 503 };
    const script = sse([': waiting\n\n', eventOf(role), eventOf({ error })]);

    const response = await answerTo(script, { stream: true });

    expect(response.status).toBe(503);
  });
});

describe('what is no answer', () => {
  afterEach(closeAll);

  const page = '<html>Welcome</html>';

  it.each([
    ['a page', respond(200, page, { 'content-type': 'text/html' })],
    ['text', respond(200, 'ok', { 'content-type': 'text/plain' })],
    ['no content type', respond(200, '{}', {})],
    ['JSON that is cut', json(200, '{"id":"chatcmpl-1","choices":[')],
    ['JSON that is no object', json(200, '[1,2]')],
    ['invalid UTF-8', json(200, Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))],
    ['an empty body', json(200, '')],
    ['204', respond(204, '', {})],
  ])('becomes 502 upstream_invalid_response: %s', async (_name, script) => {
    for (const asked of WAYS_TO_ASK) {
      const response = await answerTo(script, asked);

      expectServerError(response, 502, 'upstream_invalid_response');
      expect(response.text).not.toContain('Welcome');
    }
  });

  it('becomes 502 when it is a stream that nobody asked for', async () => {
    const response = await answerTo(sse([textEvent('one'), finishEvent()]), { stream: false });

    expectServerError(response, 502, 'upstream_invalid_response');
    expect(response.text).not.toContain('one');
  });

  it('becomes 502 when it is a redirect, which is not followed', async () => {
    const elsewhere = (await FakeUpstream.start()).answer(json(200, '{}'));
    const script = respond(307, '', { location: `${elsewhere.url}/chat/completions` });

    const response = await answerTo(script);

    expectServerError(response, 502, 'upstream_invalid_response');
    expect(response.headers).not.toHaveProperty('location');
    expect(elsewhere.connections).toBe(0);
  });

  it.each<[string, Script]>([
    ['a reset connection', resetting],
    ['a closed connection', closing],
    [
      'something that is not HTTP',
      async (exchange) => {
        await exchange.send('220 smtp.example ESMTP\r\n');
      },
    ],
    [
      'a body shorter than it was declared',
      async (exchange) => {
        const fields = { 'content-type': 'application/json', 'content-length': 100 };
        await exchange.send(`${head(200, fields)}{"id":`);
        exchange.finish();
      },
    ],
    [
      'a reset in the middle of a body',
      async (exchange) => {
        const fields = { 'content-type': 'application/json', 'content-length': 100 };
        await exchange.send(`${head(200, fields)}{"id":`);
        exchange.reset();
      },
    ],
  ])('becomes 502 upstream_error: %s', async (_name, script) => {
    for (const asked of WAYS_TO_ASK) {
      const response = await answerTo(script, asked);

      expectServerError(response, 502, 'upstream_error');
    }
  });

  it('becomes 502 upstream_error when nobody listens, and names no address', async () => {
    const gone = await FakeUpstream.start();
    const proxy = await startProxy({ config: { providers: [providerAt(gone)] } });
    const { port } = gone;
    await gone.vanish();

    const response = await send(proxy, { body: chatBody() });

    expectServerError(response, 502, 'upstream_error');
    expect(response.text).not.toContain('127.0.0.1');
    expect(response.text).not.toContain(String(port));
  });
});
