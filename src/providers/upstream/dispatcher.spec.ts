import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import {
  type AddressInfo,
  type Server,
  type Socket,
  connect as connectTo,
  createServer as createTcpServer,
} from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Dispatcher } from 'undici';
import { readCertificate } from '../../../test/support/certificate.js';
import { RecordingListener } from '../../../test/support/recording-listener.js';
import { closeAll, track } from '../../../test/support/resources.js';
import { FakeUpstream } from '../../../test/support/upstream/fake-upstream.js';
import { closing, json } from '../../../test/support/upstream/scripts.js';
import { turns } from '../../../test/support/waiting.js';
import {
  type EnvironmentProxies,
  type OpenAIProviderConfig,
  Secret,
  parseConfig,
} from '../../config/index.js';
import { ConnectionAge } from './connection-age.js';
import { createDispatcher } from './dispatcher.js';
import { HttpExchange } from './http-exchange.js';

/** undici's own coarse timers, which a test may move on. */
const undiciTimers = createRequire(import.meta.url)('undici/lib/util/timers.js') as {
  /** @param delay - ms */
  tick(delay: number): void;
};

describe('createDispatcher', () => {
  afterEach(closeAll);

  function configOf(
    apiBase: string,
    more: Partial<OpenAIProviderConfig> = {},
  ): OpenAIProviderConfig {
    const yaml = `providers: [{name: a, api_base: "${apiBase}"}]\ntimeouts: {connect: 5s}`;
    const [provider] = parseConfig(yaml).providers;
    return { ...(provider as OpenAIProviderConfig), ...more };
  }

  function connectionsOf(
    config: OpenAIProviderConfig,
    environment: EnvironmentProxies = {},
  ): { dispatcher: Dispatcher; age: ConnectionAge; origin: string } {
    const age = new ConnectionAge();
    const dispatcher = createDispatcher(config, environment, age);
    track({ close: () => dispatcher.destroy() });
    return { dispatcher, age, origin: new URL(config.apiBase).origin };
  }

  function send({ dispatcher, age, origin }: ReturnType<typeof connectionsOf>): RecordingListener {
    const listener = new RecordingListener();
    const body = [Buffer.from('{}')];
    const headers = ['authorization', 'Bearer sk-1', 'content-length', '2'];
    new HttpExchange(dispatcher, age, { origin, path: '/v1/x', headers, body }, listener).start();
    return listener;
  }

  async function ask(
    config: OpenAIProviderConfig,
    environment?: EnvironmentProxies,
  ): Promise<RecordingListener> {
    const listener = send(connectionsOf(config, environment));
    await listener.over;
    return listener;
  }

  async function startProvider(tls = false): Promise<FakeUpstream> {
    const upstream = await FakeUpstream.start({ tls });
    return upstream.answer(json(200, {}));
  }

  /** A proxy that opens tunnels, and remembers to where. */
  async function tunnelProxy(): Promise<{ url: string; targets: string[]; heads: object[] }> {
    const server = createServer();
    const targets: string[] = [];
    const heads: object[] = [];
    server.on('connect', (request, socket) => {
      targets.push(request.url ?? '');
      heads.push(request.headers);
      const { hostname, port } = new URL(`http://${request.url ?? ''}`);
      const onward = connectTo(Number(port), hostname, () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      onward.on('error', () => socket.destroy());
      socket.on('error', () => onward.destroy());
    });
    return { url: await listen(server), targets, heads };
  }

  /** A server that never answers: it does what `onRequest` says, or nothing. */
  async function tcpServer(onRequest?: (socket: Socket) => void): Promise<string> {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      track({
        close: () => {
          socket.destroy();
          return Promise.resolve();
        },
      });
      socket.once('data', () => onRequest?.(socket));
    });
    return listen(server);
  }

  async function listen(server: Server): Promise<string> {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    track({
      close: () => {
        server.close();
        return Promise.resolve();
      },
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const SUCCESS = ['connected', 'response 200', 'data', 'end'];

  describe('over TLS', () => {
    it('refuses a certificate that nobody vouches for', async () => {
      const upstream = await startProvider(true);

      const { heard, failure } = await ask(configOf(upstream.url));

      expect(heard).toStrictEqual(['failure unreachable']);
      expect(failure?.cause).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
      expect(upstream.requests).toHaveLength(0);
    });

    it('takes a certificate that ca vouches for', async () => {
      const upstream = await startProvider(true);

      const { heard } = await ask(configOf(upstream.url, { ca: readCertificate().cert }));

      expect(heard).toStrictEqual(SUCCESS);
    });

    it('takes any certificate when verify_ssl is off', async () => {
      const upstream = await startProvider(true);

      const { heard } = await ask(configOf(upstream.url, { verifySsl: false }));

      expect(heard).toStrictEqual(SUCCESS);
    });
  });

  describe('through a proxy', () => {
    it('asks an http provider by way of the proxy', async () => {
      const proxy = await startProvider();

      const { heard } = await ask(
        configOf('http://provider.invalid/v1', {
          proxy: new Secret(`http://us%40er:pa%3Ass@127.0.0.1:${proxy.port}`),
        }),
      );

      expect(heard).toStrictEqual(SUCCESS);
      expect(proxy.lastRequest).toMatchObject({
        path: 'http://provider.invalid/v1/x',
        headers: {
          host: 'provider.invalid',
          authorization: 'Bearer sk-1',
          'proxy-authorization': `Basic ${Buffer.from('us@er:pa:ss').toString('base64')}`,
        },
      });
    });

    it('asks an https provider through a tunnel, which sees no key', async () => {
      const upstream = await startProvider(true);
      const proxy = await tunnelProxy();

      const { heard } = await ask(
        configOf(upstream.url, { ca: readCertificate().cert, proxy: new Secret(proxy.url) }),
      );

      expect(heard).toStrictEqual(SUCCESS);
      expect(proxy.targets).toStrictEqual([`127.0.0.1:${upstream.port}`]);
      expect(JSON.stringify(proxy.heads)).not.toContain('sk-1');
      expect(upstream.lastRequest.headers['authorization']).toBe('Bearer sk-1');
    });

    it('verifies certificates in a tunnel too', async () => {
      const upstream = await startProvider(true);
      const proxy = new Secret((await tunnelProxy()).url);

      const strict = await ask(configOf(upstream.url, { proxy }));
      const lax = await ask(configOf(upstream.url, { proxy, verifySsl: false }));

      expect(strict.heard).toStrictEqual(['failure unreachable']);
      expect(lax.heard).toStrictEqual(SUCCESS);
    });

    it('fails when the proxy opens no tunnel', async () => {
      const proxy = await FakeUpstream.start();
      proxy.answer(json(403, {}));

      const { heard } = await ask(
        configOf('https://provider.invalid', { proxy: new Secret(new URL(proxy.url).origin) }),
      );

      expect(heard).toStrictEqual(['failure unreachable']);
    });

    it('fails when the proxy hangs up before there is a tunnel', async () => {
      const proxy = await tcpServer((socket) => {
        socket.destroy();
      });

      const { heard } = await ask(
        configOf('https://provider.invalid', { proxy: new Secret(proxy) }),
      );

      expect(heard).toStrictEqual(['failure unreachable']);
    });

    it('fails when the proxy wants a password', async () => {
      const proxy = await FakeUpstream.start();
      proxy.answer(json(407, {}));

      const { heard } = await ask(
        configOf('http://provider.invalid', { proxy: new Secret(new URL(proxy.url).origin) }),
      );

      expect(heard).toStrictEqual(['connected', 'failure reset']);
    });
  });

  describe('as the environment says', () => {
    it('goes straight when it names no proxy', async () => {
      const upstream = await startProvider();

      expect((await ask(configOf(upstream.url))).heard).toStrictEqual(SUCCESS);
    });

    it('takes HTTP_PROXY for an http provider', async () => {
      const proxy = await startProvider();

      await ask(configOf('http://provider.invalid/v1'), {
        httpProxy: new Secret(new URL(proxy.url).origin),
      });

      expect(proxy.lastRequest.path).toBe('http://provider.invalid/v1/x');
    });

    it('takes HTTPS_PROXY for an https provider', async () => {
      const upstream = await startProvider(true);
      const proxy = await tunnelProxy();

      const { heard } = await ask(configOf(upstream.url, { verifySsl: false }), {
        httpsProxy: new Secret(proxy.url),
      });

      expect(heard).toStrictEqual(SUCCESS);
      expect(proxy.targets).toHaveLength(1);
    });

    it.each([
      ['HTTP_PROXY', true, 'httpProxy'],
      ['HTTPS_PROXY', false, 'httpsProxy'],
    ])('does not take %s for a provider of the other scheme', async (_, tls, name) => {
      const upstream = await startProvider(tls);
      const proxy = await tunnelProxy();

      const { heard } = await ask(configOf(upstream.url, { verifySsl: false }), {
        [name]: new Secret(proxy.url),
      });

      expect(heard).toStrictEqual(SUCCESS);
      expect(proxy.targets).toStrictEqual([]);
    });

    it.each(['127.0.0.1', 'other.example, 127.0.0.1', '*'])(
      'goes straight to what NO_PROXY %j names',
      async (noProxy) => {
        const upstream = await startProvider();
        const proxy = await startProvider();

        const { heard } = await ask(configOf(upstream.url), {
          httpProxy: new Secret(new URL(proxy.url).origin),
          noProxy,
        });

        expect(heard).toStrictEqual(SUCCESS);
        expect(proxy.requests).toHaveLength(0);
      },
    );

    it('goes through the proxy to what NO_PROXY does not name', async () => {
      const upstream = await startProvider();
      const proxy = await startProvider();

      await ask(configOf(upstream.url), {
        httpProxy: new Secret(new URL(proxy.url).origin),
        noProxy: '27.0.0.1,127.0.0.1:1',
      });

      expect(proxy.requests).toHaveLength(1);
      expect(upstream.requests).toHaveLength(0);
    });

    it("is the configuration's, not that of the process", async () => {
      jest.replaceProperty(process, 'env', {
        ...process.env,
        http_proxy: 'http://127.0.0.1:1',
        https_proxy: 'http://127.0.0.1:1',
        no_proxy: '*',
      });
      const [upstream, secure] = [await startProvider(), await startProvider(true)];
      const [proxy, tunnel] = [await startProvider(), await tunnelProxy()];

      await ask(configOf(upstream.url));
      await ask(configOf(upstream.url), { httpProxy: new Secret(new URL(proxy.url).origin) });
      await ask(configOf(secure.url, { verifySsl: false }), { httpsProxy: new Secret(tunnel.url) });

      expect(upstream.requests).toHaveLength(1);
      expect(proxy.requests).toHaveLength(1);
      expect(tunnel.targets).toHaveLength(1);
    });

    it('is left aside by "proxy: direct"', async () => {
      const upstream = await startProvider();

      const { heard } = await ask(configOf(upstream.url, { proxy: 'direct' }), {
        httpProxy: new Secret('http://127.0.0.1:1'),
      });

      expect(heard).toStrictEqual(SUCCESS);
    });
  });

  describe("of undici's own clocks", () => {
    it.each(['direct', 'proxy'])('has none that cuts a slow answer (%s)', async (way) => {
      const upstream = await FakeUpstream.start();
      const proxy = new Secret(new URL(upstream.url).origin);
      const connections = connectionsOf(
        way === 'direct' ? configOf(upstream.url) : configOf('http://provider.invalid', { proxy }),
      );
      const listener = send(connections);
      const exchange = await upstream.next();

      undiciTimers.tick(3_600_000);
      undiciTimers.tick(3_600_000);
      await exchange.send('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n1');
      undiciTimers.tick(3_600_000);
      undiciTimers.tick(3_600_000);
      await exchange.send('2');
      await listener.over;

      expect(listener.heard).toStrictEqual(SUCCESS);
    });

    it.each(['a TLS handshake', 'a proxy'])(
      'lets only the connect timeout run, until just past our own: %s',
      async (peer) => {
        const silent = await tcpServer();
        const config =
          peer === 'a proxy'
            ? configOf('https://provider.invalid', { proxy: new Secret(silent) })
            : configOf(silent.replace('http:', 'https:'));
        const listener = send(connectionsOf(config));
        await turns(50);

        undiciTimers.tick(1000);
        undiciTimers.tick(4000);
        await turns(50);
        const afterOurs = [...listener.heard];
        undiciTimers.tick(2500);
        await turns(50);

        expect(afterOurs).toStrictEqual([]);
        expect(listener.heard).toStrictEqual(['failure unreachable']);
      },
    );
  });

  describe('knows a new connection from one that was idle', () => {
    it.each(['direct', 'proxy', 'tunnel', 'bypass'])('%s', async (way) => {
      const upstream = await FakeUpstream.start({ tls: way === 'tunnel' });
      const url = new URL(upstream.url).origin;
      const tunnel = await tunnelProxy();
      const connections = {
        direct: () => connectionsOf(configOf(upstream.url)),
        proxy: () => connectionsOf(configOf('http://provider.invalid', { proxy: new Secret(url) })),
        tunnel: () =>
          connectionsOf(
            configOf(upstream.url, { verifySsl: false, proxy: new Secret(tunnel.url) }),
          ),
        bypass: () =>
          connectionsOf(configOf(upstream.url), {
            httpProxy: new Secret('http://127.0.0.1:1'),
            noProxy: '*',
          }),
      }[way as 'direct']();

      upstream.answerOnce(closing, json(200, {}), closing, json(200, {}));
      const onNew = send(connections);
      await onNew.over;
      const onNextNew = send(connections);
      await onNextNew.over;
      await turns(10);
      const onIdle = send(connections);
      await onIdle.over;

      expect(onNew.heard).toStrictEqual(['connected', 'failure reset']);
      expect(onNextNew.heard).toStrictEqual(SUCCESS);
      expect(onIdle.heard).toStrictEqual(SUCCESS);
      expect(upstream.requests).toHaveLength(4);
    });
  });
});
