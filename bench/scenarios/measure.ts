import { setTimeout as wait } from 'node:timers/promises';
import type { Contender, RunningServer } from '../contenders/contender.ts';
import { residentMemory } from '../machine/process-figures.ts';
import { type Bench, drive } from './drive.ts';
import { measureAborts, measureHold } from './memory.ts';
import type { Sample } from './sample.ts';
import type { Scenario } from './scenario.ts';

/** How long a process that has just answered may take to settle, ms. */
const SETTLING = 300;

/**
 * Measures one contender under one scenario, once.
 *
 * @param running - the contender's process that runs through all rounds
 * @throws Error when not every request was answered as it should, where that is not what is measured
 */
export async function measure(
  bench: Bench,
  scenario: Scenario,
  contender: Contender,
  running: RunningServer,
): Promise<Sample> {
  const { kind } = scenario;
  switch (kind) {
    case 'traffic':
      return measureTraffic(bench, running, scenario);
    case 'workers':
      return {
        ...(await measureTraffic(bench, running, scenario)),
        memoryLoaded: memoryOf(running),
      };
    case 'start':
      return withServer(contender, false, (server) =>
        Promise.resolve({
          startTime: server.startTime,
          memoryIdle: memoryOf(server),
        }),
      );
    case 'hold':
      return withServer(contender, true, (server) => measureHold(bench, server, scenario));
    case 'aborts':
      return withServer(contender, true, (server) => measureAborts(bench, server, scenario));
  }
}

async function measureTraffic(
  bench: Bench,
  server: RunningServer,
  scenario: Scenario,
): Promise<Sample> {
  const observer = scenario.watchesEventLoop ? server.observer : undefined;
  await observer?.watchEventLoop();
  const sample = await drive(bench, server, scenario);
  const eventLoopLag = await observer?.eventLoopLag();
  return { ...sample, eventLoopLag };
}

function memoryOf({ pid }: RunningServer): number | undefined {
  return pid === undefined ? undefined : residentMemory(pid);
}

/** Starts a contender for one measurement, and stops it again. */
async function withServer(
  contender: Contender,
  observed: boolean,
  measureIt: (server: RunningServer) => Promise<Sample>,
): Promise<Sample> {
  const server = await contender.start({ observed });
  try {
    await wait(SETTLING);
    return await measureIt(server);
  } finally {
    await server.stop();
  }
}
