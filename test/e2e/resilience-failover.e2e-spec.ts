import { EXPIRED_CERTIFICATE_FILE } from '../support/certificate.js';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type ClientResponse,
  DONE,
  LAST_CHUNK,
  MODEL,
  MuteServer,
  STREAM_HEAD,
  type Script,
  chatAnswer,
  chatBody,
  chunk,
  closeAll,
  closing,
  eventOf,
  finishEvent,
  head,
  json,
  resetting,
  respond,
  send,
  silent,
  sse,
  startRequest,
  streamHead,
  textEvent,
  turns,
  waitFor,
} from '../support/index.js';
import { type Pair, type PairOptions, startPair } from '../support/two-providers.js';

const EVENTS = [textEvent('one'), textEvent(' two'), finishEvent()];
const ERROR = { error: { message: 'no', type: 'server_error', param: null, code: null } };
const TIMEOUTS = { connect: '2s', first_token: '20s', idle: '10s', total: '100s' };

/** Both ways to ask. */
const WAYS = [
  ['streamed', true],
  ['whole', false],
] as const;

/** Starts a pair of which the second provider is well. */
async function startWell(streamed: boolean, options: PairOptions = {}): Promise<Pair> {
  const pair = await startPair(options);
  pair.second.answer(streamed ? sse(EVENTS) : json(200, chatAnswer()));
  return pair;
}

/** Checks that the second provider's answer has reached the client, whole, and is written down so. */
async function expectSaved(
  { proxy, second }: Pair,
  response: ClientResponse,
  streamed: boolean,
  outcome: string,
): Promise<void> {
  expect(await response.ended).toBe(true);
  expect(response.status).toBe(200);
  expect(streamed ? response.events : response.json()).toStrictEqual(
    streamed ? [...EVENTS, DONE] : chatAnswer(),
  );
  expect(response.headers).toMatchObject({
    'x-llm-proxy-provider': 'second',
    'x-llm-proxy-model': MODEL,
    'x-llm-proxy-attempts': '2',
  });
  expect(second.requests).toHaveLength(1);
  await waitFor(() => proxy.logs.requests.length > 0, 'the request is logged');
  expect(proxy.logs.requests).toMatchObject([
    {
      status: 200,
      ending: 'completed',
      provider: 'second',
      attempts: [
        { provider: 'first', outcome, ms: expect.any(Number) },
        { provider: 'second', outcome: 'success', ms: expect.any(Number) },
      ],
    },
  ]);
  const metrics = await proxy.metrics();
  const attempts = 'llm_proxy_upstream_attempts_total';
  expect(metrics.sum('llm_proxy_active_requests')).toBe(0);
  expect(metrics.sum(attempts)).toBe(2);
  expect(metrics.sum(attempts, { provider: 'first', outcome })).toBe(1);
  expect(metrics.sum('llm_proxy_retries_total', { provider: 'second' })).toBe(1);
  expect(metrics.sum('llm_proxy_requests_total', { provider: 'second', status_code: '200' })).toBe(
    1,
  );
}

/** A name, and what the first provider does when it is asked for a stream, or not. */
type Fault = readonly [name: string, outcome: string, script: (streamed: boolean) => Script];

const WHOLE_HEAD = head(200, { 'content-type': 'application/json', 'content-length': 100 });
const ZIPPED = gzipSync(textEvent('lost').repeat(100));

const FAULTS: readonly Fault[] = [
  ['resets the connection before its headers', 'broken', () => resetting],
  ['closes the connection before its headers', 'broken', () => closing],
  [
    'resets the connection after its headers',
    'broken',
    (streamed) => async (exchange) => {
      await exchange.send(streamed ? STREAM_HEAD : `${WHOLE_HEAD}{"id":`);
      exchange.reset();
    },
  ],
  ['answers 200 with an error for a body', 'broken', () => json(200, ERROR)],
  [
    'answers 200 with a page of HTML',
    'broken',
    () => respond(200, '<html>Sign in</html>', { 'content-type': 'text/html' }),
  ],
  ['answers 200 with half of a JSON text', 'broken', () => json(200, '{"id":')],
  ['does not speak HTTP', 'broken', () => (exchange) => exchange.send('SSH-2.0-OpenSSH\r\n')],
  ['answers 500', 'broken', () => json(500, ERROR)],
  ['answers 429', 'rate_limited', () => json(429, ERROR, { 'retry-after': 7 })],
  ['refuses our key', 'credentials_refused', () => json(401, ERROR)],
  [
    'cuts its body in the middle of gzip',
    'broken',
    (streamed) =>
      streamed
        ? async (exchange) => {
            await exchange.send(streamHead({ 'content-encoding': 'gzip' }));
            await exchange.sendEach([chunk(ZIPPED.subarray(0, 20)), LAST_CHUNK]);
          }
        : json(200, gzipSync(JSON.stringify(chatAnswer())).subarray(0, -20), {
            'content-encoding': 'gzip',
          }),
  ],
];

describe.each(WAYS)(
  'a request (%s) is answered by the second provider when the first',
  (_way, streamed) => {
    afterEach(closeAll);
    const body = chatBody({ stream: streamed });

    it.each(FAULTS)('%s', async (_name, outcome, script) => {
      const pair = await startWell(streamed);
      pair.first.answer(script(streamed));

      const response = await send(pair.proxy, { body });

      await expectSaved(pair, response, streamed, outcome);
      expect(pair.first.requests).toHaveLength(1);
    });

    it('refuses the connection', async () => {
      const pair = await startWell(streamed);
      await pair.first.vanish();

      const response = await send(pair.proxy, { body });

      await expectSaved(pair, response, streamed, 'broken');
    });

    it('has a certificate that nobody signed', async () => {
      const pair = await startWell(streamed, { first: { tls: true } });

      const response = await send(pair.proxy, { body });

      await expectSaved(pair, response, streamed, 'broken');
      expect(pair.first.requests).toHaveLength(0);
    });

    it('has a certificate that has expired', async () => {
      const pair = await startWell(streamed, {
        first: { tls: true, certificateFile: EXPIRED_CERTIFICATE_FILE },
        firstProvider: { ca_file: EXPIRED_CERTIFICATE_FILE },
      });

      const response = await send(pair.proxy, { body });

      await expectSaved(pair, response, streamed, 'broken');
      expect(pair.proxy.logs.text).toContain('CERT_HAS_EXPIRED');
    });

    it('has a name that does not resolve any more', async () => {
      const pair = await startWell(streamed, {
        firstProvider: { api_base: 'http://nowhere.invalid/v1' },
      });

      const response = await send(pair.proxy, { body });

      await expectSaved(pair, response, streamed, 'broken');
    });

    it('accepts the connection and never says a word of TLS', async () => {
      const mute = await MuteServer.start();
      const pair = await startWell(streamed, {
        settings: { timeouts: TIMEOUTS },
        firstProvider: { api_base: `https://127.0.0.1:${mute.port}/v1` },
      });
      const pending = send(pair.proxy, { body });
      await mute.connected;

      pair.clock.advance(2000);

      await expectSaved(pair, await pending, streamed, 'timeout');
    });
  },
);

describe('a stream is answered by the second provider when the first', () => {
  afterEach(closeAll);
  const body = chatBody({ stream: true });

  it('takes the request and never answers', async () => {
    const pair = await startWell(true, { settings: { timeouts: TIMEOUTS } });
    pair.first.answer(silent);
    const pending = send(pair.proxy, { body });
    await waitFor(() => pair.first.requests.length === 1, 'the first provider is asked');

    pair.clock.advance(19_999);
    await turns(20);
    expect(pair.second.requests).toHaveLength(0);
    pair.clock.advance(1);

    await expectSaved(pair, await pending, true, 'timeout');
  });

  it('sends its headers and a role, and has no token after 20 s', async () => {
    const pair = await startWell(true, { settings: { timeouts: TIMEOUTS } });
    const pending = send(pair.proxy, { body });
    const exchange = await pair.first.next();
    const role = eventOf({ choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] });
    await exchange.sendEach([STREAM_HEAD, chunk(role)]);

    pair.clock.advance(20_000);

    await expectSaved(pair, await pending, true, 'timeout');
    await exchange.closed;
  });

  it('begins with an error event', async () => {
    const pair = await startWell(true);
    pair.first.answer(sse([eventOf(ERROR)]));

    const response = await send(pair.proxy, { body });

    await expectSaved(pair, response, true, 'broken');
  });
});

describe('a provider that limits the rate', () => {
  afterEach(closeAll);

  it.each([
    ['seconds', { 'retry-after': '7' }, 7000],
    ['milliseconds', { 'retry-after-ms': '2500' }, 2500],
    ['a date', { 'retry-after': 'Thu, 01 Jan 2026 00:00:20 GMT' }, 20_000],
    ['the reset of its limit', { 'x-ratelimit-reset-requests': '1m2s' }, 62_000],
    ['garbage, which is none', { 'retry-after': 'soon' }, 1000],
    ['nothing', {}, 1000],
    ['a year, of which an hour is believed', { 'retry-after': '31536000' }, 3_600_000],
  ])('is left alone for as long as it asks: %s', async (_form, headers, wait) => {
    const pair = await startWell(false);
    const { proxy, clock, first } = pair;
    first.answerOnce(json(429, ERROR, headers)).answer(json(200, chatAnswer()));
    const askTwice = async (): Promise<readonly number[]> => [
      (await send(proxy, { body: chatBody() })).status,
      (await send(proxy, { body: chatBody() })).status,
    ];

    const limited = await askTwice();
    clock.advance(wait - 1);
    const before = await askTwice();
    const askedBefore = first.requests.length;
    clock.advance(1);
    const after = await askTwice();

    expect([limited, before, after].flat()).toStrictEqual([200, 200, 200, 200, 200, 200]);
    expect(askedBefore).toBe(1);
    expect(first.requests.length).toBeGreaterThan(1);
    const metrics = await proxy.metrics();
    expect(metrics.sum('llm_proxy_cooldowns_total', { provider: 'first' })).toBe(1);
    expect(metrics.sum('llm_proxy_provider_health', { provider: 'first' })).toBe(1);
  });
});

describe('the only provider', () => {
  afterEach(closeAll);

  it('that answers 500 once is asked again, and no client notices', async () => {
    const pair = await startPair({ secondProvider: { model_mapping: { other: 'other' } } });
    pair.first.answerOnce(json(500, ERROR)).answer(json(200, chatAnswer()));
    const timers = pair.clock.pending;
    const pending = startRequest(pair.proxy, { body: chatBody() }).response;
    await waitFor(() => pair.first.requests.length === 1, 'the provider is asked');
    await waitFor(() => pair.proxy.logs.text.includes('provider first failed'), 'it has failed');
    expect(pair.clock.pending).toBe(timers + 1);

    pair.clock.advance(500);
    const response = await pending;
    await response.readAll();

    expect(response.json()).toStrictEqual(chatAnswer());
    expect(response.headers['x-llm-proxy-attempts']).toBe('2');
    expect(pair.first.requests).toHaveLength(2);
  });
});
