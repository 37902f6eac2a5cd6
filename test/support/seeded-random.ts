import { Random } from '../../src/random/index.js';

/** Chance that can be had again: mulberry32 (Tommy Ettinger), which passes for even at this size. */
export class SeededRandom extends Random {
  #state: number;

  constructor(seed = 1) {
    super();
    this.#state = seed;
  }

  override next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
