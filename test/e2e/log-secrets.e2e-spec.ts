import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { ProviderRegistry } from '../../src/providers/index.js';
import {
  FakeUpstream,
  MODEL,
  PROVIDER_KEY,
  type RunningProxy,
  STREAM_HEAD,
  type Script,
  chatAnswer,
  chatBody,
  chunk,
  closeAll,
  closing,
  eventOf,
  json,
  open,
  providerAt,
  resetting,
  respond,
  send,
  sse,
  startProxy,
  textEvent,
  waitFor,
} from '../support/index.js';
import { RawConnection } from '../support/raw-connection.js';

/** Every word that must stay out of the log, by where it comes from. */
const SECRETS = {
  masterKey: 'sk-master-0123456789abcdef',
  providerKey: PROVIDER_KEY,
  configuredHeader: 'configured-header-0123456789',
  proxyPassword: 'proxy-password-0123456789',
  wrongKey: 'sk-wrong-0123456789abcdef',
  cookie: 'cookie-0123456789abcdef',
  prompt: 'my-secret-prompt',
  answer: 'the-secret-answer',
};

/** What a provider has seen of them, or made itself, and may repeat. */
const ALL = [PROVIDER_KEY, SECRETS.configuredHeader, SECRETS.prompt, SECRETS.answer].join(' ');
const AUTHORIZED = {
  authorization: `Bearer ${SECRETS.masterKey}`,
  cookie: `session=${SECRETS.cookie}`,
};

const ECHO = { error: { message: ALL, type: ALL, param: ALL, code: ALL } };
const HEADERS = { 'x-ratelimit-key': PROVIDER_KEY, 'set-cookie': SECRETS.cookie, server: ALL };

/** What a provider may do that repeats what it was sent, or what it should not say. */
const SCRIPTS: readonly (readonly [name: string, script: Script])[] = [
  ['answers', json(200, chatAnswer(SECRETS.answer), HEADERS)],
  ['streams', sse([textEvent(SECRETS.answer)], { headers: HEADERS })],
  ['echoes all in a refusal', json(400, ECHO, HEADERS)],
  ['echoes all in a refusal of the key', json(401, ECHO)],
  ['echoes all in a failure', json(500, ECHO)],
  ['echoes all in an error under 200', json(200, ECHO)],
  ['echoes all in a first error event', sse([eventOf(ECHO)])],
  ['echoes all in a later error event', sse([textEvent(SECRETS.answer), eventOf(ECHO)])],
  ['answers with a page', respond(200, ALL, { 'content-type': 'text/html' })],
  ['echoes all in its content type', respond(200, ALL, { 'content-type': `text/${ALL}` })],
  ['sends JSON that is cut', json(200, `{"a":"${ALL}`)],
  ['sends events that are no JSON', sse([`data: ${ALL}\n\n`])],
  ['redirects to an address with a key', respond(302, '', { location: `http://x/${ALL}` })],
  ['hangs up', closing],
  ['resets', resetting],
  ['speaks another protocol', (exchange) => exchange.send(`220 ${ALL}\r\n`)],
  [
    'breaks its stream',
    async (exchange) => {
      await exchange.sendEach([STREAM_HEAD, chunk(textEvent(SECRETS.answer))]);
      await exchange.send(`${ALL}\r\n`);
    },
  ],
  ['sends a header that is none', (exchange) => exchange.send(`HTTP/1.1 200 OK\r\n${ALL}\r\n\r\n`)],
];

async function startLoud(upstream: FakeUpstream): Promise<RunningProxy> {
  return startProxy({
    config: {
      providers: [
        providerAt(upstream, { headers: { 'x-team-key': SECRETS.configuredHeader } }),
        providerAt(upstream, {
          name: 'proxied',
          model_mapping: { proxied: 'proxied' },
          proxy: `http://user:${SECRETS.proxyPassword}@127.0.0.1:9`,
        }),
        // Asked for its models in the background.
        providerAt(upstream, {
          name: 'open',
          model_mapping: {},
          headers: { 'x-team-key': SECRETS.configuredHeader },
        }),
      ],
      server: { master_api_key: SECRETS.masterKey },
      logging: { level: 'trace' },
    },
  });
}

function prompt(more: object = {}): object {
  return chatBody({ messages: [{ role: 'user', content: SECRETS.prompt }], ...more });
}

function expectNoSecret(proxy: RunningProxy): void {
  for (const [name, secret] of Object.entries(SECRETS)) {
    expect([name, proxy.logs.text.includes(secret)]).toStrictEqual([name, false]);
  }
}

describe('the log at its most talkative', () => {
  afterEach(closeAll);

  it.each(SCRIPTS)('holds no secret when a provider %s', async (_name, script) => {
    const upstream = (await FakeUpstream.start()).answer(script);
    const proxy = await startLoud(upstream);

    for (const stream of [false, true]) {
      await send(proxy, { headers: AUTHORIZED, body: prompt({ stream, model: MODEL }) });
    }
    await send(proxy, { headers: AUTHORIZED, method: 'GET', path: '/health/detailed' });

    expect(proxy.logs.requests).toHaveLength(2);
    expectNoSecret(proxy);
  });

  it('holds no secret of a client that is refused', async () => {
    const upstream = await FakeUpstream.start();
    const proxy = await startLoud(upstream);
    const wrong = { ...AUTHORIZED, authorization: `Bearer ${SECRETS.wrongKey}` };

    await send(proxy, { headers: wrong, body: prompt() });
    await send(proxy, { headers: { 'x-api-key': SECRETS.wrongKey }, body: prompt() });
    await send(proxy, { headers: AUTHORIZED, body: `{"messages":"${SECRETS.prompt}` });
    await send(proxy, { headers: AUTHORIZED, body: { prompt: SECRETS.prompt } });
    await send(proxy, { headers: wrong, path: `/${SECRETS.wrongKey}?key=${SECRETS.masterKey}` });

    expect(proxy.logs.requests.map(({ status }) => status)).toStrictEqual([
      401, 401, 400, 400, 404,
    ]);
    expectNoSecret(proxy);
  });

  it('holds no secret of a request that is not HTTP', async () => {
    const proxy = await startLoud(await FakeUpstream.start());
    const connection = await RawConnection.open(proxy);

    await connection.send(`GET / HTTP/1.1\r\nauthorization ${SECRETS.masterKey}\r\n\r\n`);
    await connection.untilClosed();

    expectNoSecret(proxy);
  });

  it('holds no secret of a client that leaves', async () => {
    const upstream = await FakeUpstream.start();
    const proxy = await startLoud(upstream);
    upstream.answer(async (exchange) => {
      await exchange.sendEach([STREAM_HEAD, chunk(textEvent(SECRETS.answer))]);
    });
    const response = await open(proxy, { headers: AUTHORIZED, body: prompt({ stream: true }) });
    await response.nextEvent();

    response.abort();
    await waitFor(() => proxy.logs.requests.length === 1, 'the request is over');

    expectNoSecret(proxy);
  });

  it('holds no secret of a proxy on the way that is not there', async () => {
    const proxy = await startLoud(await FakeUpstream.start());

    const response = await send(proxy, {
      headers: AUTHORIZED,
      body: prompt({ model: 'proxied' }),
    });

    expect(response.status).toBe(502);
    expectNoSecret(proxy);
  });

  it('holds no secret of a bug of ours', async () => {
    const proxy = await startLoud(await FakeUpstream.start());
    jest.spyOn(proxy.app.get(ProviderRegistry), 'routeOf').mockImplementation(() => {
      const config = { headers: { authorization: `Bearer ${PROVIDER_KEY}` } };
      throw Object.assign(new Error('a bug'), { config, headers: config.headers });
    });

    await send(proxy, { headers: AUTHORIZED, body: prompt() });

    expect(proxy.logs.text).toContain('a bug');
    expectNoSecret(proxy);
  });
});
