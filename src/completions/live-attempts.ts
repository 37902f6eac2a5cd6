import type { LiveAttempt } from './live-attempt.js';

/** The attempts of one request that run at once. */
export class LiveAttempts {
  readonly #running = new Set<LiveAttempt>();

  get isEmpty(): boolean {
    return this.#running.size === 0;
  }

  add(attempt: LiveAttempt): void {
    this.#running.add(attempt);
  }

  remove(attempt: LiveAttempt): void {
    this.#running.delete(attempt);
  }

  /** Gives up all but the winner: nobody needs them any more. */
  supersede(winner?: LiveAttempt): void {
    for (const attempt of this.#running) {
      if (attempt !== winner) {
        attempt.cancel('superseded');
      }
    }
  }

  /** Ends all, since their client has left. */
  leave(): void {
    for (const attempt of this.#running) {
      attempt.cancel('client_closed');
    }
  }

  /**
   * Ends all, since the proxy shuts down.
   *
   * @param isOpen - whether the client has begun to receive a stream
   */
  shutDown(isOpen: boolean): void {
    for (const attempt of this.#running) {
      attempt.cancel('shutdown', isOpen ? 'shutdown' : undefined);
    }
  }
}
