import { afterEach, describe, expect, it } from '@jest/globals';
import { ActiveRequests } from '../../src/http/index.js';
import {
  DONE,
  FakeUpstream,
  LAST_CHUNK,
  STREAM_HEAD,
  type Script,
  chatAnswer,
  chatBody,
  chunk,
  closeAll,
  finishEvent,
  json,
  providerAt,
  startProxy,
  startRequest,
  textEvent,
  waitFor,
} from '../support/index.js';

const REQUESTS = 24;
const WORDS = Array.from({ length: 20 }, (_, index) => `word${index} `);
const EVENTS = [...WORDS.map((word) => textEvent(word)), finishEvent(), DONE];

/** Answers as it is asked: with a stream, or whole. */
const well: Script = async (exchange) => {
  if (exchange.request.body.includes('"stream":true')) {
    await exchange.sendEach([STREAM_HEAD, ...EVENTS.map(chunk), LAST_CHUNK]);
  } else {
    await json(200, chatAnswer())(exchange);
  }
};

/** In turn: refuses, falls silent, resets in the middle, and answers. */
function faulty(): Script {
  let turn = 0;
  const cut: Script = async (exchange) => {
    await exchange.sendEach([STREAM_HEAD, ...EVENTS.slice(0, 8).map(chunk)]);
    exchange.reset();
  };
  const turns: readonly Script[] = [json(500, {}), () => undefined, cut, well];
  return (exchange) => {
    turn += 1;
    return turns[turn % turns.length]?.(exchange);
  };
}

describe('a shutdown with retries, hedges and recoveries under way', () => {
  afterEach(closeAll);

  it('loses no request', async () => {
    const [first, second] = [await FakeUpstream.start(), await FakeUpstream.start()];
    first.answer(faulty());
    second.answer(well);
    const proxy = await startProxy({
      config: {
        retry: { attempts: 4 },
        hedge: { after: '30ms', max_ratio: 1 },
        stream_recovery: 'resume',
        providers: [
          providerAt(first, { name: 'first', weight: 3 }),
          providerAt(second, { name: 'second' }),
        ],
      },
    });
    const pending = Array.from({ length: REQUESTS }, (_, index) =>
      startRequest(proxy, { body: chatBody({ stream: index % 2 === 0 }) }),
    );
    const active = proxy.app.get(ActiveRequests);
    await waitFor(
      () => active.count + proxy.logs.requests.length === REQUESTS,
      'all requests have come in',
    );
    expect(active.count).toBeGreaterThan(REQUESTS / 2);

    const closed = proxy.app.close();
    const answers = await Promise.all(
      pending.map(async ({ response }) => {
        const answer = await response;
        await answer.readAll();
        return answer;
      }),
    );
    await closed;

    for (const [index, { status, text }] of answers.entries()) {
      expect(status).toBe(200);
      expect(text).toContain(index % 2 === 0 ? DONE : '"choices"');
    }
    const streams = answers.filter((_, index) => index % 2 === 0);
    for (const { text } of streams) {
      expect([...text.matchAll(/word\d+ /g)].map(String)).toStrictEqual(WORDS);
    }
    expect(proxy.logs.requests).toHaveLength(REQUESTS);
  });
});
