import type { EnvironmentProxies } from '../proxy-config.js';
import type { Environment } from '../read/expand-text.js';
import { readProxyUrl } from '../schema/settings/proxy-route.js';
import { Secret } from '../secret.js';

/** The proxies that the environment names, and the variables that hold no usable one. */
export interface ReadEnvironmentProxies {
  readonly proxies: EnvironmentProxies;
  readonly unusable: readonly string[];
}

/** Reads `http_proxy` and friends; the lower-case name wins over the upper-case one, as in curl. */
export function readEnvironmentProxies(environment: Environment): ReadEnvironmentProxies {
  const unusable: string[] = [];

  function proxyUrl(...names: readonly string[]): Secret | undefined {
    const name = firstSet(names, environment);
    if (name === undefined) {
      return undefined;
    }
    const reading = readProxyUrl(withScheme(environment[name]?.trim() ?? ''));
    if (reading.accepted) {
      return new Secret(reading.value, `from ${name}`);
    }
    unusable.push(name);
    return undefined;
  }

  const noProxy = firstSet(['no_proxy', 'NO_PROXY'], environment);
  const proxies = {
    httpProxy: proxyUrl('http_proxy', 'HTTP_PROXY'),
    httpsProxy: proxyUrl('https_proxy', 'HTTPS_PROXY'),
    noProxy: noProxy === undefined ? undefined : environment[noProxy]?.trim(),
  };
  return { proxies, unusable };
}

function firstSet(names: readonly string[], environment: Environment): string | undefined {
  return names.find((name) => (environment[name]?.trim() ?? '') !== '');
}

/** `proxy.example:3128` is how many a machine has it, and means http. */
function withScheme(url: string): string {
  return url.includes('://') ? url : `http://${url}`;
}
