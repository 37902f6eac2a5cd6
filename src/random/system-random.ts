import { Random } from './random.js';

/** The engine's own generator: good enough to spread load, not for secrets. */
export class SystemRandom extends Random {
  override next(): number {
    return Math.random();
  }
}
