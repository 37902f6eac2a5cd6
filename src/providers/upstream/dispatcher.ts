import { type Dispatcher, EnvHttpProxyAgent, Pool, ProxyAgent } from 'undici';
import type { EnvironmentProxies, OpenAIProviderConfig } from '../../config/index.js';

/** How long an idle connection is kept for the next request unless the provider says less, ms. */
const KEEP_ALIVE_TIMEOUT = 60_000;
/** How much later than our own connect deadline undici gives a connection up, ms. */
const CONNECT_GRACE = 1000;

/**
 * Builds a provider's connection pool: keep-alive, HTTP/1.1, as many connections as there are
 * requests at once. undici's own clocks are off, so that one clock decides (see Deadlines); only
 * its connect timeout stays, just past ours, to throw away sockets that never came about.
 */
export function createDispatcher(
  config: OpenAIProviderConfig,
  environment: EnvironmentProxies,
): Dispatcher {
  const tls = {
    rejectUnauthorized: config.verifySsl,
    ...(config.ca === undefined ? {} : { ca: config.ca }),
  };
  const connectTimeout = config.timeouts.connect + CONNECT_GRACE;
  const common = {
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
    allowH2: false,
    pipelining: 1,
  };
  const connect = { ...tls, timeout: connectTimeout };

  if (config.proxy === 'direct' || (config.proxy === 'environment' && !hasProxies(environment))) {
    return new Pool(new URL(config.apiBase).origin, { ...common, connect });
  }
  const proxied = { ...common, connectTimeout, requestTls: connect };
  if (config.proxy === 'environment') {
    return new EnvHttpProxyAgent({
      ...proxied,
      connect,
      httpProxy: environment.httpProxy?.reveal() ?? '',
      httpsProxy: environment.httpsProxy?.reveal() ?? '',
      noProxy: environment.noProxy ?? '',
    });
  }
  return new ProxyAgent({ ...proxied, uri: config.proxy.reveal() });
}

function hasProxies({ httpProxy, httpsProxy }: EnvironmentProxies): boolean {
  return httpProxy !== undefined || httpsProxy !== undefined;
}
