import type { RunningServer } from '../contenders/contender.ts';
import { type CpuTime, cpuTime } from '../machine/process-figures.ts';
import type { Outcome } from '../traffic/traffic.ts';
import type { Drive, LoadGenerator } from './load-generator.ts';
import type { Sample } from './sample.ts';

/** The processes that every measurement needs. */
export interface Bench {
  readonly load: LoadGenerator;
  readonly upstream: RunningServer;
  /** Tells whoever waits what is going on. */
  readonly say: (text: string) => void;
}

/**
 * Drives traffic through a contender and measures what it takes.
 * @throws Error when not every request was answered as it should
 */
export async function drive(bench: Bench, server: RunningServer, traffic: Drive): Promise<Sample> {
  const { outcome, sample } = await tryToDrive(bench, server, traffic);
  if (outcome.complete < outcome.requests) {
    throw new Error(failuresOf(server, outcome));
  }
  return sample;
}

/** The same, where failures are counted, and said. */
export async function tryToDrive(
  { load, upstream, say }: Bench,
  server: RunningServer,
  { traffic, besides }: Drive,
): Promise<Driven> {
  const pids = [server.pid, upstream.pid, load.child.pid];
  const before = pids.map(cpuTimeOf);
  const outcome = await load.run(server, { traffic, besides });
  const [proxy, provider, generator] = pids
    .map(cpuTimeOf)
    .map((after, index) => difference(after, before[index]));
  if (outcome.complete < outcome.requests) {
    say(failuresOf(server, outcome));
  }
  return { outcome, sample: toSample(outcome, { proxy, provider, generator }) };
}

interface Driven {
  readonly outcome: Outcome;
  readonly sample: Sample;
}

function failuresOf({ name }: RunningServer, outcome: Outcome): string {
  const failed = outcome.requests - outcome.complete;
  return (
    `${name}: ${failed} of ${outcome.requests} requests failed: ` + outcome.complaints.join(', ')
  );
}

function cpuTimeOf(pid: number | undefined): CpuTime | undefined {
  return pid === undefined ? undefined : cpuTime(pid);
}

function difference(after: CpuTime | undefined, before: CpuTime | undefined): CpuTime | undefined {
  return after === undefined || before === undefined
    ? undefined
    : { used: after.used - before.used, waited: after.waited - before.waited };
}

/** What each process had of its core; undefined where it is not known. */
interface CpuTimes {
  readonly proxy: CpuTime | undefined;
  readonly provider: CpuTime | undefined;
  readonly generator: CpuTime | undefined;
}

function toSample(outcome: Outcome, { proxy, provider, generator }: CpuTimes): Sample {
  const { elapsed, requests, events, latency, firstByte, gap, lateness } = outcome;
  const streams = {
    eventsPerSecond: (events / elapsed) * 1000,
    cpuPerEvent: share(proxy?.used, events, 1000),
    firstByteMedian: firstByte.median,
    gapMedian: gap.median,
    gap99: gap.p99,
    gapHighest: gap.highest,
  };
  return {
    requestsPerSecond: (requests / elapsed) * 1000,
    cpuPerRequest: share(proxy?.used, requests, 1000),
    latencyMedian: latency.median,
    latency99: latency.p99,
    latency999: latency.p999,
    complete: (outcome.complete / requests) * 100,
    ...(events === 0 ? {} : streams),
    proxyBusy: share(proxy?.used, elapsed, 100),
    upstreamBusy: share(provider?.used, elapsed, 100),
    loadBusy: share(generator?.used, elapsed, 100),
    proxyWaited: share(proxy?.waited, elapsed, 100),
    upstreamWaited: share(provider?.waited, elapsed, 100),
    loadWaited: share(generator?.waited, elapsed, 100),
    // In a closed loop nothing is ever due.
    ...(lateness.highest === 0 ? {} : { loadLateness: lateness.p99 }),
  };
}

function share(value: number | undefined, of: number, unit: number): number | undefined {
  return value === undefined ? undefined : (value * unit) / of;
}
