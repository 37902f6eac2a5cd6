import type { ProxyConfig } from '../proxy-config.js';
import { deepFreeze } from '../resolve/deep-freeze.js';
import { changedKeys } from './changed-keys.js';

/** A configuration that can be taken into use, and what of the written one cannot. */
export interface UsableConfig {
  readonly config: ProxyConfig;
  /** The keys in which it differs from the running one. */
  readonly changed: readonly string[];
  /** The keys whose new values only a restart takes into use. */
  readonly waiting: readonly string[];
}

/**
 * Keeps what is decided once, at the start: the socket that is listened on, and the form of the log.
 *
 * @param written - as the files have it now
 * @param running - as it is in use
 */
export function keepUntilRestart(written: ProxyConfig, running: ProxyConfig): UsableConfig {
  const { host, port } = running.server;
  const { format } = running.logging;
  const config = deepFreeze<ProxyConfig>({
    ...written,
    server: { ...written.server, host, port },
    logging: { ...written.logging, format },
  });
  return { config, changed: changedKeys(running, config), waiting: changedKeys(config, written) };
}
