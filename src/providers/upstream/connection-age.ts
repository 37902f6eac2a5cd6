import type { Dispatcher } from 'undici';

/**
 * Tells whether the request that starts right now is the first one on its connection. undici does
 * not say so itself; but it announces a new connection and starts the request that waited for it in
 * one go, and an idle connection is given to a request without any announcement.
 */
export class ConnectionAge {
  #isNew = false;

  get isNew(): boolean {
    return this.#isNew;
  }

  /** @returns `pool`, whose new connections are noticed from now on */
  watch<Pool extends Dispatcher>(pool: Pool): Pool {
    pool.on('connect', () => {
      this.#isNew = true;
      queueMicrotask(() => {
        this.#isNew = false;
      });
    });
    return pool;
  }
}
