import type { ConfigProblem } from '../config-error.js';
import type { ProxyConfig } from '../proxy-config.js';

/** A configuration that was taken into use. */
export interface ConfigReload {
  readonly config: ProxyConfig;
  /** The keys of the settings that have changed; none when only comments did, for example. */
  readonly changed: readonly string[];
  /** The keys that have changed in the file and wait for a restart. */
  readonly waiting: readonly string[];
}

/** Told of every attempt to take a changed configuration into use. */
export interface ConfigObserver {
  configReloaded(reload: ConfigReload): void;
  /** What was in use still is. */
  configRefused(problems: readonly ConfigProblem[]): void;
}

/** Token of the list of observers, see app.module.ts. */
export const CONFIG_OBSERVERS = Symbol('config observers');
