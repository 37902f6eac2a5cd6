import { afterEach, describe, expect, it } from '@jest/globals';
import { APIError } from 'openai';
import {
  DONE,
  type Exchange,
  LAST_CHUNK,
  STREAM_HEAD,
  type Script,
  chatBody,
  chunk,
  closeAll,
  finishEvent,
  send,
  sse,
  startRequest,
  textEvent,
  usageEvent,
  waitFor,
} from '../support/index.js';
import { CHAT, all, clientOf } from '../support/openai.js';
import { type Pair, startPair } from '../support/two-providers.js';

const WORDS = Array.from({ length: 60 }, (_, index) => `word${index} `);
const TEXT = WORDS.join('');
const WHOLE = [...WORDS.map((word) => textEvent(word)), finishEvent()];

const RESUME = {
  settings: { retry: { attempts: 3 }, stream_keepalive: 0, stream_recovery: 'resume' },
};

/** Sends so many tokens, and then does something. */
function breaking(tokens: number, breakIt: (exchange: Exchange) => void | Promise<void>): Script {
  return async (exchange) => {
    await exchange.sendEach([STREAM_HEAD, ...WHOLE.slice(0, tokens).map(chunk)]);
    await breakIt(exchange);
  };
}

const half = textEvent('never seen ');

const BREAKS: readonly [name: string, script: Script][] = [
  [
    'is cut after 40 tokens',
    breaking(40, (exchange) => {
      exchange.finish();
    }),
  ],
  [
    'is reset in the middle',
    breaking(20, (exchange) => {
      exchange.reset();
    }),
  ],
  [
    'is reset within an event',
    breaking(20, async (exchange) => {
      await exchange.send(chunk(half.slice(0, 30)));
      exchange.reset();
    }),
  ],
  [
    String.raw`is reset between \r and \n`,
    breaking(20, async (exchange) => {
      await exchange.send(chunk(`${textEvent('word20 ').trimEnd()}\r\n\r`));
      exchange.reset();
    }),
  ],
  [
    'ends without having finished',
    breaking(20, async (exchange) => {
      await exchange.send(LAST_CHUNK);
    }),
  ],
  [
    'reports an error',
    breaking(20, async (exchange) => {
      await exchange.send(chunk('data: {"error":{"message":"out of memory"}}\n\n'));
    }),
  ],
  [
    'breaks its chunked encoding',
    breaking(20, async (exchange) => {
      await exchange.send('zzz\r\n');
    }),
  ],
];

function contentOf(text: string): string {
  return [...text.matchAll(/^data: (\{.*)$/gm)]
    .map(([, data = '{}']) => JSON.parse(data) as { choices: { delta: { content?: string } }[] })
    .flatMap(({ choices }) => choices.map(({ delta }) => delta.content ?? ''))
    .join('');
}

async function expectAllQuiet({ proxy }: Pair): Promise<void> {
  await waitFor(() => proxy.logs.requests.length > 0, 'the request is logged');
  expect((await proxy.metrics()).sum('llm_proxy_active_requests')).toBe(0);
}

describe('a stream that is to be taken up again', () => {
  afterEach(closeAll);

  it.each(BREAKS)('and that %s is one coherent stream', async (_name, script) => {
    const pair = await startPair(RESUME);
    pair.first.answer(script);
    pair.second.answer(sse(WHOLE));

    const { text } = await send(pair.proxy, { body: chatBody({ stream: true }) });

    expect(contentOf(text)).toBe(TEXT);
    expect(text.endsWith(DONE)).toBe(true);
    expect(text).not.toContain('error');
    await expectAllQuiet(pair);
    expect(pair.proxy.logs.requests).toMatchObject([
      { status: 200, ending: 'completed', recovery: 'recovered', provider: 'second' },
    ]);
    const metrics = await pair.proxy.metrics();
    expect(metrics.sum('llm_proxy_stream_recoveries_total', { result: 'recovered' })).toBe(1);
  });

  it('and that stalls is one coherent stream', async () => {
    const pair = await startPair(RESUME);
    pair.second.answer(sse(WHOLE));
    const pending = startRequest(pair.proxy, { body: chatBody({ stream: true }) });
    const exchange = await pair.first.next();
    await exchange.sendEach([STREAM_HEAD, ...WHOLE.slice(0, 20).map(chunk)]);
    const response = await pending.response;
    await response.nextEvent();

    pair.clock.advance(60_000);
    await response.readAll();

    expect(contentOf(response.text)).toBe(TEXT);
    await exchange.closed;
    await expectAllQuiet(pair);
  });

  it('reaches the openai package as if nothing had happened, usage included', async () => {
    const pair = await startPair(RESUME);
    pair.first.answer(BREAKS[1]?.[1] ?? sse([]));
    pair.second.answer(sse([...WHOLE, usageEvent(60)]));

    const chunks = await all(
      await clientOf(pair.proxy).chat.completions.create({
        ...CHAT,
        stream: true,
        stream_options: { include_usage: true },
      }),
    );

    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe(TEXT);
    expect(chunks.at(-1)?.usage?.completion_tokens).toBe(60);
  });

  it('is an error to the openai package when the other answer differs', async () => {
    const pair = await startPair(RESUME);
    pair.first.answer(BREAKS[1]?.[1] ?? sse([]));
    pair.second.answer(sse([textEvent('something else'), finishEvent()]));
    const stream = await clientOf(pair.proxy).chat.completions.create({ ...CHAT, stream: true });

    await expect(all(stream)).rejects.toBeInstanceOf(APIError);
    await expectAllQuiet(pair);
    expect(pair.proxy.logs.requests).toMatchObject([{ ending: 'interrupted', recovery: 'lost' }]);
  });
});

describe('a stream that is not to be taken up again', () => {
  afterEach(closeAll);

  it.each(BREAKS)(
    'and that %s ends with an error, and never looks complete',
    async (_name, script) => {
      const pair = await startPair();
      pair.first.answer(script);

      const { text } = await send(pair.proxy, { body: chatBody({ stream: true }) });

      expect(TEXT.startsWith(contentOf(text.replace(/data: \{"error.*\n\n$/, '')))).toBe(true);
      expect(text).toMatch(/data: \{"error":.*\n\n$/);
      expect(text).not.toContain('[DONE]');
      expect(pair.second.requests).toHaveLength(0);
      await expectAllQuiet(pair);
    },
  );

  it.each([
    ['one event that is no JSON', ['data: {"choices":\n\n', ...WHOLE], true],
    ['no [DONE]', WHOLE, false],
    ['no usage', WHOLE, true],
  ])('is whole all the same with %s', async (_name, events, done) => {
    const pair = await startPair();
    pair.first.answer(sse(events, { done }));

    const { text } = await send(pair.proxy, { body: chatBody({ stream: true }) });

    expect(contentOf(text)).toBe(TEXT);
    expect(text.endsWith(DONE)).toBe(true);
    await expectAllQuiet(pair);
  });
});
