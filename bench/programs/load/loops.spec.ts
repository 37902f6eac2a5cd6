import { describe, expect, it } from '@jest/globals';
import type { Traffic } from '../../traffic/traffic.ts';
import { openLoop } from './loops.ts';

const TRAFFIC: Traffic = {
  answer: { events: 0, interval: 0 },
  size: 0,
  rate: 500,
  connections: 1,
  duration: 100,
  rampUp: 0,
  leaveAfter: 0,
};

/** Keeps this thread from doing anything else, ms. */
function block(time: number): void {
  const until = performance.now() + time;
  while (performance.now() < until) {
    // Nothing.
  }
}

describe('an open loop', () => {
  it('asks as often as the rate says, at even times, though nothing was answered', async () => {
    const dueTimes: number[] = [];
    let release: () => void = () => undefined;
    const never = new Promise<void>((resolve) => {
      release = resolve;
    });

    await openLoop(
      (dueAt) => {
        dueTimes.push(dueAt);
        if (dueTimes.length === 50) {
          release();
        }
        return never;
      },
      TRAFFIC,
      () => undefined,
    );

    expect(dueTimes).toHaveLength(50);
    const total = (dueTimes.at(-1) ?? 0) - (dueTimes[0] ?? 0);
    expect(total).toBeCloseTo(49 * 2, 0);
  });

  it('leaves nothing out when it falls behind, and counts from when each was due', async () => {
    const waited: number[] = [];
    const late: number[] = [];

    await openLoop(
      (dueAt) => {
        waited.push(performance.now() - dueAt);
        if (waited.length === 1) {
          block(60);
        }
        return Promise.resolve();
      },
      TRAFFIC,
      (time) => late.push(time),
    );

    expect(waited).toHaveLength(50);
    // The second was due 2 ms after the first, and could be sent only after those 60 ms.
    expect(waited[1]).toBeGreaterThan(50);
    expect(late[1]).toBeGreaterThan(50);
  });
});
