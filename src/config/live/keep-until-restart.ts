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

/** What is decided once, at the start. */
export interface KeptSettings extends Pick<ProxyConfig['server'], 'host' | 'port' | 'workers'> {
  readonly format: ProxyConfig['logging']['format'];
}

/**
 * Keeps what is decided once, at the start: the socket that is listened on, how many processes do,
 * and the form of the log.
 *
 * @param written - as the files have it now
 * @param running - as it is in use
 */
export function keepUntilRestart(written: ProxyConfig, running: ProxyConfig): UsableConfig {
  const config = withKept(written, keptSettingsOf(running));
  return { config, changed: changedKeys(running, config), waiting: changedKeys(config, written) };
}

export function keptSettingsOf({ server, logging }: ProxyConfig): KeptSettings {
  const { host, port, workers } = server;
  return { host, port, workers, format: logging.format };
}

/** @returns the configuration as it can be used by who has begun with these settings */
export function withKept(written: ProxyConfig, kept: KeptSettings): ProxyConfig {
  const { host, port, workers, format } = kept;
  return deepFreeze<ProxyConfig>({
    ...written,
    server: { ...written.server, host, port, workers },
    logging: { ...written.logging, format },
  });
}
