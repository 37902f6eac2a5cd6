import { setTimeout as wait } from 'node:timers/promises';
import type { Traffic } from '../../traffic/traffic.ts';
import { keepTime } from './metronome.ts';

/** Asks once, for a request that was due then, and waits for the end of the answer. */
export type Ask = (dueAt: number) => Promise<void>;

/** Every connection asks again as soon as it was answered. */
export async function closedLoop(ask: Ask, traffic: Traffic): Promise<void> {
  const { connections, rampUp, duration } = traffic;
  const startedAt = performance.now();
  const connection = async (index: number): Promise<void> => {
    await wait((rampUp * index) / connections);
    do {
      await ask(performance.now());
    } while (performance.now() - startedAt < duration);
  };
  await Promise.all(Array.from({ length: connections }, (_, index) => connection(index)));
}

/**
 * Requests begin at a fixed rate, whether or not the ones before were answered. Their times count
 * from when they were due: that one waits for a connection, that the answers before it are late,
 * and that the generator is, all count.
 *
 * @param onLate - told by how much the generator was late to send each, ms
 */
export async function openLoop(
  ask: Ask,
  { rate, duration }: Traffic,
  onLate: (time: number) => void,
): Promise<void> {
  const rhythm = { interval: 1000 / rate, beats: Math.round((rate * duration) / 1000) };
  const answers: Promise<void>[] = [];
  await keepTime(rhythm, (lateness) => {
    onLate(lateness);
    answers.push(ask(performance.now() - lateness));
  });
  await Promise.all(answers);
}
