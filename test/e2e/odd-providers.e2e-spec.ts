import { afterEach, describe, expect, it } from '@jest/globals';
import {
  DONE,
  FakeUpstream,
  LAST_CHUNK,
  type RunningProxy,
  STREAM_HEAD,
  type Script,
  chatAnswer,
  chatBody,
  chunk,
  closeAll,
  eventOf,
  finishEvent,
  head,
  json,
  providerAt,
  send,
  sse,
  startProxy,
  textEvent,
} from '../support/index.js';

const MIB = 1024 * 1024;
const STREAM = { body: chatBody({ stream: true }) };

async function startWith(
  script?: Script,
): Promise<{ proxy: RunningProxy; upstream: FakeUpstream }> {
  const upstream = await FakeUpstream.start();
  if (script !== undefined) {
    upstream.answer(script);
  }
  return { upstream, proxy: await startProxy({ config: { providers: [providerAt(upstream)] } }) };
}

describe('a provider with ways of its own', () => {
  afterEach(closeAll);

  it('may send interim responses before its answer', async () => {
    const { proxy } = await startWith(async (exchange) => {
      await exchange.send('HTTP/1.1 102 Processing\r\n\r\n');
      await exchange.send('HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n');
      await json(200, chatAnswer())(exchange);
    });

    const response = await send(proxy, { body: chatBody() });

    expect(response.status).toBe(200);
    expect(response.json()).toStrictEqual(chatAnswer());
  });

  it('may answer JSON although a stream was asked for', async () => {
    const { proxy } = await startWith(json(200, chatAnswer()));

    const response = await send(proxy, STREAM);

    expect(response.headers['content-type']).toBe('application/json');
    expect(response.json()).toStrictEqual(chatAnswer());
  });

  it('may begin its stream with a chunk without choices, which passes', async () => {
    const filter = eventOf({ choices: [], prompt_filter_results: [{ prompt_index: 0 }] });
    const { proxy } = await startWith(sse([filter, textEvent('one'), finishEvent()]));

    const response = await send(proxy, STREAM);

    expect(response.events).toStrictEqual([filter, textEvent('one'), finishEvent(), DONE]);
  });

  it('may spread the data of one event over several lines', async () => {
    const event = 'data: {"choices":[{"delta":\ndata: {"content":"one"}}]}\n\n';
    const { proxy } = await startWith(sse([event]));

    const response = await send(proxy, STREAM);

    expect(response.events).toStrictEqual([event, DONE]);
  });

  it('may send all of its stream in one packet with its head', async () => {
    const events = [textEvent('one'), finishEvent(), DONE].join('');
    const { proxy } = await startWith(async (exchange) => {
      await exchange.send(STREAM_HEAD + chunk(events).toString() + LAST_CHUNK);
    });

    const response = await send(proxy, STREAM);

    expect(response.text).toBe(events);
  });

  it.each(['caf\u00e9', '\u20ac 5', 'tab\there', '"quoted"'])(
    'may write anything into a header that is kept: %j',
    async (value) => {
      const { proxy } = await startWith(
        json(429, { error: { message: 'No' } }, { 'x-ratelimit-note': value, 'retry-after': 1 }),
      );

      const response = await send(proxy, { body: chatBody() });

      expect(response.status).toBe(429);
      expect(response.headers['retry-after']).toBe('1');
    },
  );

  it('does not make a stream look complete with an error behind its finish_reason', async () => {
    const error = eventOf({ error: { message: 'Filtered', code: 'content_filter' } });
    const events = [textEvent('one'), finishEvent(), error];
    const { proxy } = await startWith(sse(events, { done: false }));

    const response = await send(proxy, STREAM);

    expect(response.events.slice(0, 3)).toStrictEqual(events);
    expect(response.text).not.toContain('[DONE]');
  });

  it('cannot fill the memory with an event that never ends', async () => {
    const { proxy, upstream } = await startWith();
    const pending = send(proxy, STREAM);
    const exchange = await upstream.next();
    await exchange.sendEach([STREAM_HEAD, chunk('data: "')]);
    const megabyte = chunk(Buffer.alloc(MIB, 'x'));
    for (let sent = 0; sent < 100 && !exchange.isClosed; sent += 1) {
      await exchange.pour(megabyte);
    }

    const response = await pending;

    await exchange.closed;
    expect(response.status).toBe(502);
    expect(response.json()).toMatchObject({ error: { code: 'upstream_invalid_response' } });
    expect(exchange.written).toBeLessThan(64 * MIB);
  });
});

describe('a provider that breaks down over a request', () => {
  afterEach(closeAll);

  it('does not get it again: it may have been processed', async () => {
    const { proxy, upstream } = await startWith((exchange) => {
      exchange.reset();
    });

    const response = await send(proxy, { body: chatBody() });

    expect(response.status).toBe(502);
    expect(upstream.requests).toHaveLength(1);
  });

  it('is not asked again after half a head', async () => {
    const { proxy, upstream } = await startWith(json(200, chatAnswer()));
    await send(proxy, { body: chatBody() });
    upstream.answer(async (exchange) => {
      await exchange.send(head(200).slice(0, 12));
      exchange.reset();
    });

    const response = await send(proxy, { body: chatBody() });

    expect(response.status).toBe(502);
    expect(upstream.requests).toHaveLength(2);
  });
});

describe('a provider that says much in a refusal', () => {
  afterEach(closeAll);

  it('is not read to the end', async () => {
    const piece = Buffer.from('[],'.repeat(10_000));
    const { proxy, upstream } = await startWith(async (exchange) => {
      await exchange.send(`${head(400)}{"error":[`);
      while (!exchange.isClosed) {
        await exchange.pour(piece);
      }
    });

    const response = await send(proxy, { body: chatBody() });

    expect(response.status).toBe(400);
    expect(response.json()).toMatchObject({ error: { code: 'upstream_error' } });
    expect(upstream.requests).toHaveLength(1);
  });
});

describe('a provider that refuses an upload early', () => {
  afterEach(closeAll);

  it('is heard although the request was not sent whole', async () => {
    const upstream = await FakeUpstream.start({ answersAtHead: true });
    upstream.answer(async (exchange) => {
      const refusal = json(413, { error: { message: 'Too large' } }, { connection: 'close' });
      await refusal(exchange);
    });
    const proxy = await startProxy({ config: { providers: [providerAt(upstream)] } });

    const response = await send(proxy, { body: chatBody({ user: 'x'.repeat(8 * MIB) }) });

    expect(response.status).toBe(413);
    expect(response.json()).toStrictEqual({ error: { message: 'Too large' } });
  });
});
