import type { Server } from 'node:http';
import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/index.js';
import { LiveConfig } from '../config/index.js';
import { ShuttingDownError } from '../errors/index.js';
import { ActiveRequests } from './active-requests.js';

/**
 * - `serving`: the normal state
 * - `draining`: readiness says no, requests are still served
 * - `closing`: no new connections and no new requests; what runs may finish
 */
export type DrainPhase = 'serving' | 'draining' | 'closing';

/** How long interrupted requests may take to flush their last bytes, ms. */
const FLUSH_TIME = 1000;

/** Takes the proxy out of service without losing a request. */
@Injectable()
export class Drain {
  #phase: DrainPhase = 'serving';
  #drained: Promise<void> | undefined;

  constructor(
    private readonly config: LiveConfig,
    private readonly clock: Clock,
    private readonly active: ActiveRequests,
  ) {}

  get phase(): DrainPhase {
    return this.#phase;
  }

  /**
   * Readiness says no at once; after `server.drain_delay` the server stops listening, running
   * requests finish, and at `server.shutdown_timeout` what is left gets an error and closes.
   * @returns when nothing runs any more; asked again, the end of the same drain
   */
  run(server: Server): Promise<void> {
    this.#drained ??= this.#drain(server);
    return this.#drained;
  }

  async #drain(server: Server): Promise<void> {
    this.#phase = 'draining';
    await this.#wait(this.config.current.server.drainDelay);
    this.#phase = 'closing';
    this.active.closeConnectionsBehind();
    server.close();
    await this.#finishWithin(this.config.current.server.shutdownTimeout);
    this.active.interruptAll(new ShuttingDownError());
    await this.#finishWithin(FLUSH_TIME);
    server.closeAllConnections();
  }

  #wait(duration: number): Promise<void> {
    return new Promise((resolve) => {
      if (duration === 0) {
        resolve();
      } else {
        this.clock.setTimer(duration, resolve);
      }
    });
  }

  async #finishWithin(duration: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.clock.setTimer(duration, resolve);
      void this.active.whenIdle().then(() => {
        timer.clear();
        resolve();
      });
    });
  }
}
