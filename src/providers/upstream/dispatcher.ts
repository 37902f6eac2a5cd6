import { type Dispatcher, EnvHttpProxyAgent, Pool, ProxyAgent } from 'undici';
import type { EnvironmentProxies, OpenAIProviderConfig, Secret } from '../../config/index.js';
import type { ConnectionAge } from './connection-age.js';

/** How long an idle connection is kept for the next request unless the provider says less, ms. */
const KEEP_ALIVE_TIMEOUT = 60_000;
/** How much later than our own connect deadline undici gives a connection up, ms. */
const CONNECT_GRACE = 1000;

/** undici's own clocks are off, so that one clock decides (see Deadlines). */
const POOL_OPTIONS = {
  headersTimeout: 0,
  bodyTimeout: 0,
  keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
  allowH2: false,
  pipelining: 1,
};

/**
 * Builds a provider's connection pool: keep-alive, HTTP/1.1, as many connections as there are
 * requests at once. Of undici's clocks only the connect timeout runs, just past our own, to throw
 * away sockets and tunnels that never came about.
 *
 * @param age - learns of every new connection
 */
export function createDispatcher(
  config: OpenAIProviderConfig,
  environment: EnvironmentProxies,
  age: ConnectionAge,
): Dispatcher {
  const timeout = Math.ceil(config.timeouts.connect) + CONNECT_GRACE;
  const connect = {
    timeout,
    rejectUnauthorized: config.verifySsl,
    ...(config.ca === undefined ? {} : { ca: config.ca }),
  };
  const openPool = (origin: string | URL, options: object): Pool =>
    age.watch(new Pool(origin, { ...options, ...POOL_OPTIONS }));

  const { origin, protocol } = new URL(config.apiBase);
  const uri = proxyFor(protocol, config.proxy, environment)?.reveal();
  if (uri === undefined) {
    return openPool(origin, { connect });
  }
  const options = {
    ...POOL_OPTIONS,
    connect,
    connectTimeout: timeout,
    requestTls: connect,
    // Where undici opens a pool by itself it keeps some options and forgets others.
    factory: openPool,
    clientFactory: (proxy: URL, more: object) =>
      new Pool(proxy, { ...more, headersTimeout: timeout }),
  };
  return config.proxy === 'environment'
    ? new EnvHttpProxyAgent({
        ...options,
        // The one proxy for the provider's scheme stands for both; blank is not "unset" to undici.
        httpProxy: uri,
        httpsProxy: '',
        noProxy: environment.noProxy ?? '',
      })
    : new ProxyAgent({ ...options, uri });
}

/** @returns the proxy for a provider of that scheme, unless NO_PROXY names the provider */
function proxyFor(
  protocol: string,
  route: OpenAIProviderConfig['proxy'],
  { httpProxy, httpsProxy }: EnvironmentProxies,
): Secret | undefined {
  if (route === 'direct') {
    return undefined;
  }
  if (route === 'environment') {
    return protocol === 'https:' ? httpsProxy : httpProxy;
  }
  return route;
}
