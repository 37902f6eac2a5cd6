import { describe, expect, it } from '@jest/globals';
import { SystemRandom } from './system-random.js';

describe('SystemRandom', () => {
  it('draws numbers from 0 to 1, and not always the same', () => {
    const random = new SystemRandom();
    const drawn = Array.from({ length: 100 }, () => random.next());

    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...drawn)).toBeLessThan(1);
    expect(new Set(drawn).size).toBeGreaterThan(90);
  });
});
