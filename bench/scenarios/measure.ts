import { setTimeout as wait } from 'node:timers/promises';
import type { Contender } from '../contenders/contender.ts';
import type { RunningServer } from '../contenders/server.ts';
import { cpuTime, residentMemory } from '../machine/process-figures.ts';
import type { Outcome, Traffic } from '../traffic/traffic.ts';
import type { LoadGenerator } from './load-generator.ts';
import type { Sample } from './sample.ts';

/** The processes that every measurement needs. */
export interface Bench {
  readonly load: LoadGenerator;
  readonly upstream: RunningServer;
}

/** How often memory is looked at, ms. */
const MEMORY_INTERVAL = 100;
/** How long a process that has just answered may take to settle, ms. */
const SETTLING = 300;

/**
 * Drives traffic through a running contender.
 * @throws Error when not every request was answered as it should
 */
export async function measureTraffic(
  bench: Bench,
  server: RunningServer,
  traffic: Traffic,
): Promise<Sample> {
  const { outcome, sample } = await drive(bench, server, traffic);
  if (outcome.complete < outcome.requests) {
    const failed = outcome.requests - outcome.complete;
    throw new Error(
      `${server.child.name}: ${failed} of ${outcome.requests} requests failed: ` +
        outcome.complaints.join(', '),
    );
  }
  return sample;
}

/** Starts a contender and stops it again. */
export async function measureStart(contender: Contender): Promise<Sample> {
  return withServer(contender, ({ child, startTime }) => ({
    startTime,
    memoryIdle: residentMemory(child.pid),
  }));
}

/** Starts a contender, has it hold streams, and watches its memory. Failures are counted. */
export async function measureHold(
  bench: Bench,
  contender: Contender,
  traffic: Traffic,
): Promise<Sample> {
  return withServer(contender, async (server) => {
    const { pid } = server.child;
    const before = residentMemory(pid);
    let highest = before;
    const watch = setInterval(() => {
      highest = Math.max(highest, residentMemory(pid));
    }, MEMORY_INTERVAL);
    try {
      const { sample } = await drive(bench, server, traffic);
      return { ...sample, memoryPerStream: (highest - before) / traffic.connections };
    } finally {
      clearInterval(watch);
    }
  });
}

async function withServer(
  contender: Contender,
  measure: (server: RunningServer) => Sample | Promise<Sample>,
): Promise<Sample> {
  const server = await contender.start();
  try {
    await wait(SETTLING);
    return await measure(server);
  } finally {
    await server.child.stop();
  }
}

async function drive(
  { load, upstream }: Bench,
  server: RunningServer,
  traffic: Traffic,
): Promise<{ outcome: Outcome; sample: Sample }> {
  const pids = [server, upstream, load].map(({ child }) => child.pid);
  const before = pids.map(cpuTime);
  const outcome = await load.run(server.origin, traffic);
  const [proxy = 0, upstreamTime = 0, loadTime = 0] = pids.map(
    (pid, index) => cpuTime(pid) - (before[index] ?? 0),
  );
  return { outcome, sample: toSample(outcome, { proxy, upstreamTime, loadTime }) };
}

interface CpuTimes {
  readonly proxy: number;
  readonly upstreamTime: number;
  readonly loadTime: number;
}

function toSample(outcome: Outcome, { proxy, upstreamTime, loadTime }: CpuTimes): Sample {
  const { elapsed, requests, events, latency, firstByte, gap } = outcome;
  const streams = {
    eventsPerSecond: (events / elapsed) * 1000,
    cpuPerEvent: (proxy * 1000) / events,
    firstByteMedian: firstByte.median,
    longestGap: gap.highest,
  };
  return {
    requestsPerSecond: (requests / elapsed) * 1000,
    cpuPerRequest: (proxy * 1000) / requests,
    latencyMedian: latency.median,
    latency99: latency.p99,
    complete: (outcome.complete / requests) * 100,
    ...(events === 0 ? {} : streams),
    proxyBusy: (proxy / elapsed) * 100,
    upstreamBusy: (upstreamTime / elapsed) * 100,
    loadBusy: (loadTime / elapsed) * 100,
  };
}
