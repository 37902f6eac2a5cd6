import { timingSafeEqual } from 'node:crypto';
import type { Secret } from '../config/index.js';

/**
 * The one key of ours that clients send. Whatever comes is compared over the whole length of the
 * key, so the time says nothing of where a wrong key differs, nor of how long the right one is.
 */
export class MasterKey {
  readonly #key: Buffer;
  /** As long as the key: a longer candidate is cut off in it, a shorter one filled up with zeros. */
  readonly #candidate: Buffer;

  constructor(key: Secret) {
    this.#key = Buffer.from(key.reveal());
    this.#candidate = Buffer.alloc(this.#key.byteLength);
  }

  matches(candidate: string): boolean {
    this.#candidate.write(candidate);
    const isEqual = timingSafeEqual(this.#candidate, this.#key);
    this.#candidate.fill(0);
    return isEqual && Buffer.byteLength(candidate) === this.#key.byteLength;
  }
}
