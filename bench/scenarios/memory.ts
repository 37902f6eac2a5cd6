import { setTimeout as wait } from 'node:timers/promises';
import type { RunningServer } from '../contenders/contender.ts';
import { forgetPeakMemory, peakMemory, residentMemory } from '../machine/process-figures.ts';
import { type Bench, drive, tryToDrive } from './drive.ts';
import type { Sample } from './sample.ts';
import type { Scenario } from './scenario.ts';

/** How long a process may take to be done with clients that have left, ms. */
const AFTERMATH = 1000;
/** How long clients leave before memory is looked at for the first time, ms. */
const FAMILIAR = 1500;

/**
 * Has a process that was just started hold what the scenario asks of it, and has the kernel watch
 * its memory. Failures are counted.
 */
export async function measureHold(
  bench: Bench,
  server: RunningServer,
  scenario: Scenario,
): Promise<Sample> {
  const { pid } = server;
  if (scenario.familiar !== undefined) {
    await tryToDrive(bench, server, { traffic: scenario.familiar, besides: [] });
  }
  const { connections, size } = scenario.traffic;
  const before = pid === undefined ? 0 : residentMemory(pid);
  if (pid !== undefined) {
    forgetPeakMemory(pid);
  }
  const { sample } = await tryToDrive(bench, server, scenario);
  if (pid === undefined) {
    return sample;
  }
  const growth = Math.max(0, peakMemory(pid) - before);
  return {
    ...sample,
    memoryPerConnection: growth / connections,
    ...(size === 0 ? {} : { memoryPerBody: growth / (connections * size) }),
  };
}

/** Has clients leave in the middle of their streams, by the thousand, and sees what stays of them. */
export async function measureAborts(
  bench: Bench,
  server: RunningServer,
  scenario: Scenario,
): Promise<Sample> {
  const familiar = { ...scenario.traffic, duration: FAMILIAR };
  await drive(bench, server, { traffic: familiar, besides: [] });
  const before = await settledMemory(server);
  const sample = await drive(bench, server, scenario);
  const after = await settledMemory(server);
  return {
    ...sample,
    memoryLoaded: after.resident,
    memoryKept: difference(after.resident, before.resident),
    heapKept: difference(after.heap, before.heap),
  };
}

interface Memory {
  readonly resident: number | undefined;
  readonly heap: number | undefined;
}

/** Resident memory is read first, as the process left it: without the collection that heap forces. */
async function settledMemory({ pid, observer }: RunningServer): Promise<Memory> {
  await wait(AFTERMATH);
  const resident = pid === undefined ? undefined : residentMemory(pid);
  return { resident, heap: await observer?.heap() };
}

function difference(after: number | undefined, before: number | undefined): number | undefined {
  return after === undefined || before === undefined ? undefined : after - before;
}
