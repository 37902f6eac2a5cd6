/** The thread of the metronome: sleeps until the next beat is due, again and again. */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { sharedTime } from './metronome.ts';

const { interval, beats } = z.object({ interval: z.number(), beats: z.int() }).parse(workerData);
const nobodyWakes = new Int32Array(new SharedArrayBuffer(4));
const startedAt = sharedTime();

for (let beat = 0; beat < beats; beat += 1) {
  const dueAt = startedAt + beat * interval;
  const pause = dueAt - sharedTime();
  if (pause > 0) {
    Atomics.wait(nobodyWakes, 0, 0, pause);
  }
  parentPort?.postMessage(dueAt);
}
