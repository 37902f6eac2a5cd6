import type { ProxyConfig } from '../proxy-config.js';

/**
 * Makes ready for another configuration. Whatever can fail is done here, by throwing; what it
 * returns takes the new state into use and does not fail.
 */
export type Preparation = (next: ProxyConfig) => () => void;

/** Told that `current` has taken the place of `previous`; must not fail. */
export type ChangeListener = (current: ProxyConfig, previous: ProxyConfig) => void;

/**
 * The configuration as it is now. Whoever needs a setting asks `current` each time, which costs
 * nothing; whoever builds something from settings builds it anew on a change. What a request has
 * taken at its start it keeps to its end.
 */
export class LiveConfig {
  readonly #preparations: Preparation[] = [];
  readonly #listeners: ChangeListener[] = [];
  #current: ProxyConfig;

  constructor(initial: ProxyConfig) {
    this.#current = initial;
  }

  /** Frozen, all of it; a change puts another in its place. */
  get current(): ProxyConfig {
    return this.#current;
  }

  /** For those whose making ready may fail, in which case nothing changes for anybody. */
  beforeChange(prepare: Preparation): void {
    this.#preparations.push(prepare);
  }

  /** Listeners are told in the order in which they came. */
  onChange(listener: ChangeListener): void {
    this.#listeners.push(listener);
  }

  /**
   * Puts `next` in place of the current one, for all at once: between two requests.
   *
   * @throws what a preparation throws; nothing has changed then
   */
  replace(next: ProxyConfig): void {
    const previous = this.#current;
    const commits = this.#preparations.map((prepare) => prepare(next));
    this.#current = next;
    for (const commit of commits) {
      commit();
    }
    for (const listener of this.#listeners) {
      listener(next, previous);
    }
  }
}
