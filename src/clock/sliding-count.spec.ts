import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SlidingCount } from './sliding-count.js';

describe('SlidingCount', () => {
  it('counts what came within the window', () => {
    const count = new SlidingCount(1000);

    count.add(5000);
    count.add(5000);
    count.add(5400);

    expect(count.total(5899)).toBe(3);
  });

  it('forgets what is older than the window, a tenth of it at a time', () => {
    const count = new SlidingCount(1000);
    count.add(5000);
    count.add(5099);
    count.add(5100);

    expect(count.total(5999)).toBe(3);
    expect(count.total(6000)).toBe(1);
    expect(count.total(6100)).toBe(0);
  });

  it('is empty after a long silence, and counts on', () => {
    const count = new SlidingCount(1000);
    count.add(5000);

    expect(count.total(5_000_000)).toBe(0);

    count.add(5_000_001);
    expect(count.total(5_000_002)).toBe(1);
  });

  it('is empty after it was cleared, and counts on', () => {
    const count = new SlidingCount(1000);
    count.add(5000);

    count.clear();
    expect(count.total(5001)).toBe(0);

    count.add(5002);
    expect(count.total(5003)).toBe(1);
  });

  it('holds, at any time, all of the last nine tenths and nothing older than the window', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.array(fc.integer({ min: 0, max: 4000 }), { maxLength: 50 }),
        (window, pauses) => {
          const count = new SlidingCount(window);
          const added: number[] = [];
          let now = 0;
          for (const pause of pauses) {
            now += pause;
            count.add(now);
            added.push(now);

            const total = count.total(now);
            expect(total).toBeGreaterThanOrEqual(
              added.filter((at) => now - at < 0.9 * window - 1e-6).length,
            );
            expect(total).toBeLessThanOrEqual(
              added.filter((at) => now - at < window + 1e-6).length,
            );
          }
        },
      ),
    );
  });
});
