import { afterEach, describe, expect, it } from '@jest/globals';
import {
  APIError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  RateLimitError,
} from 'openai';
import {
  DONE,
  FakeUpstream,
  LAST_CHUNK,
  STREAM_HEAD,
  type Script,
  chatAnswer,
  chunk,
  closeAll,
  eventOf,
  json,
  providerAt,
  sse,
  startProxy,
  textEvent,
} from '../support/index.js';
import { CHAT, MASTER_KEY, all, clientBefore, clientOf } from '../support/openai.js';

/** @returns what the call raises */
async function errorOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error('the call raised nothing');
}

describe('the openai package, when something goes wrong,', () => {
  afterEach(closeAll);

  it('raises in the middle of a stream that broke', async () => {
    const { client, upstream } = await clientBefore();
    const pending = client.chat.completions.create({ ...CHAT, stream: true });
    const exchange = await upstream.next();
    await exchange.sendEach([STREAM_HEAD, chunk(textEvent('one'))]);
    const iterator = (await pending)[Symbol.asyncIterator]();
    const first = await iterator.next();

    exchange.reset();
    const error = await errorOf(iterator.next());

    expect(first.value).toMatchObject({ choices: [{ delta: { content: 'one' } }] });
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ code: 'upstream_error', type: 'server_error' });
  });

  it('raises in the middle of a stream that ended too early', async () => {
    const { client } = await clientBefore(sse([textEvent('one')], { done: false }));

    const stream = await client.chat.completions.create({ ...CHAT, stream: true });

    expect(await errorOf(all(stream))).toBeInstanceOf(APIError);
  });

  it.each<[string, Script, new (...args: never[]) => APIError, object]>([
    [
      'a rate limit',
      json(429, { error: { message: 'Slow down', type: 'requests', code: 'rate_limit' } }),
      RateLimitError,
      { status: 429, code: 'rate_limit', message: '429 Slow down' },
    ],
    [
      'a bad request',
      json(400, { error: { message: 'Too long', code: 'context_length', param: 'messages' } }),
      BadRequestError,
      { status: 400, code: 'context_length', param: 'messages' },
    ],
    [
      'a key of ours that is refused',
      json(401, { error: { message: 'Bad key', code: 'invalid_api_key' } }),
      InternalServerError,
      { status: 502, code: 'upstream_auth_error' },
    ],
    [
      'an error as the first event of a stream',
      sse([eventOf({ error: { message: 'Slow down', code: 429 } })]),
      RateLimitError,
      { status: 429 },
    ],
  ])('raises its own kind of error for %s', async (_name, script, kind, expected) => {
    const { client } = await clientBefore(script);

    const error = await errorOf(client.chat.completions.create({ ...CHAT, stream: true }));

    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject(expected);
  });

  it('raises its own kind of error for a wrong key, with the id of the request', async () => {
    const upstream = await FakeUpstream.start();
    const config = { providers: [providerAt(upstream)], server: { master_api_key: MASTER_KEY } };
    const client = clientOf(await startProxy({ config }), 'sk-wrong');

    const error = await errorOf(client.chat.completions.create(CHAT));

    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({
      status: 401,
      code: 'invalid_api_key',
      requestID: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it('raises its own kind of error for an unknown model', async () => {
    const { client } = await clientBefore(json(200, chatAnswer()));

    const error = await errorOf(client.chat.completions.create({ ...CHAT, model: 'unknown' }));

    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ status: 404, code: 'model_not_found', param: 'model' });
  });

  it('cancels the call behind a stream that it aborts', async () => {
    const { client, upstream } = await clientBefore();
    const pending = client.chat.completions.create({ ...CHAT, stream: true });
    const exchange = await upstream.next();
    await exchange.sendEach([STREAM_HEAD, chunk(textEvent('one'))]);
    const stream = await pending;
    await stream[Symbol.asyncIterator]().next();

    stream.controller.abort();
    await exchange.closed;

    expect(exchange.isClosed).toBe(true);
  });

  it('cancels the call behind an answer that it no longer waits for', async () => {
    const { client, upstream } = await clientBefore();
    const controller = new AbortController();
    const call = errorOf(client.chat.completions.create(CHAT, { signal: controller.signal }));
    const exchange = await upstream.next();

    controller.abort();
    await Promise.all([exchange.closed, call]);

    expect(exchange.isClosed).toBe(true);
  });

  it('sees nothing of the pings that keep a slow stream open', async () => {
    const { client, upstream } = await clientBefore();
    const pending = client.chat.completions.create({ ...CHAT, stream: true });
    const exchange = await upstream.next();

    await exchange.sendEach([STREAM_HEAD, chunk(textEvent('one')), chunk(': ping\n\n')]);
    await exchange.sendEach([chunk(textEvent('two')), chunk(DONE), LAST_CHUNK]);
    const chunks = await all(await pending);

    expect(chunks.map(({ choices: [choice] }) => choice?.delta.content)).toStrictEqual([
      'one',
      'two',
    ]);
  });
});
