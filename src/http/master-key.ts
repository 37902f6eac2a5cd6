import { hash, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../config/index.js';

/**
 * The one key of ours that clients send. Digests are compared, not keys: they have one length, so
 * the comparison takes the same time for every wrong key.
 */
export class MasterKey {
  readonly #digest: Buffer;

  constructor(key: Secret) {
    this.#digest = digest(key.reveal());
  }

  matches(candidate: string): boolean {
    return timingSafeEqual(this.#digest, digest(candidate));
  }
}

function digest(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}
