import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Beats, one every `interval` ms. */
export interface Rhythm {
  readonly interval: number;
  readonly beats: number;
}

/**
 * Beats at a fixed rate. Timers of an event loop fire up to 2 ms late, more than a proxy takes for
 * a request; a thread that sleeps by itself is awake within a tenth of that.
 *
 * @param onBeat - called for each beat, with how late it comes, ms; none is ever left out
 */
export async function keepTime(rhythm: Rhythm, onBeat: (lateness: number) => void): Promise<void> {
  const thread = new Worker(new URL('./metronome-thread.ts', import.meta.url), {
    workerData: rhythm,
  });
  thread.on('message', (dueAt: number) => {
    onBeat(sharedTime() - dueAt);
  });
  await once(thread, 'exit');
}

/** @returns the time by the one clock that all threads have, ms */
export function sharedTime(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
