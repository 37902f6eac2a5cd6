import { readFileSync, readdirSync, writeFileSync } from 'node:fs';

/** What proc(5) calls "reset the peak resident set size to the current value". */
const RESET_PEAK = '5';

/** What the scheduler has given a process so far, ms with fractions. */
export interface CpuTime {
  /** What it has used, user and system. */
  readonly used: number;
  /** How long it could have run, but others did. */
  readonly waited: number;
}

/**
 * @returns the CPU time of all threads of a process and of its children. Linux counts it in
 * nanoseconds (Documentation/scheduler/sched-stats.rst).
 */
export function cpuTime(pid: number): CpuTime {
  const threads = processesOf(pid)
    .flatMap(threadsOf)
    .map((thread) => readFileSync(`${thread}/schedstat`, 'utf8').split(' ').map(Number));
  return {
    used: sum(
      threads.map(([used = 0]) => used),
      1e-6,
    ),
    waited: sum(
      threads.map(([, waited = 0]) => waited),
      1e-6,
    ),
  };
}

/** @returns the resident memory of a process and its children, bytes */
export function residentMemory(pid: number): number {
  return sum(
    processesOf(pid).map((one) => kilobytesOf(one, 'VmRSS')),
    1024,
  );
}

/**
 * @returns the most resident memory a process has had since {@link forgetPeakMemory}, bytes; with
 * children, the sum of what each had at its peak
 */
export function peakMemory(pid: number): number {
  return sum(
    processesOf(pid).map((one) => kilobytesOf(one, 'VmHWM')),
    1024,
  );
}

/** Lets the kernel watch for the most memory anew. */
export function forgetPeakMemory(pid: number): void {
  for (const one of processesOf(pid)) {
    writeFileSync(`/proc/${one}/clear_refs`, RESET_PEAK);
  }
}

/** @returns a process, its children, and theirs */
function processesOf(pid: number): number[] {
  const children = threadsOf(pid).flatMap((thread) =>
    readFileSync(`${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(processesOf)];
}

function threadsOf(pid: number): string[] {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).map((thread) => `${tasks}/${thread}`);
}

function kilobytesOf(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const [, kilobytes] = new RegExp(`^${field}:\\s*(\\d+) kB`, 'm').exec(status) ?? [];
  return Number(kilobytes);
}

function sum(values: readonly number[], unit: number): number {
  return values.reduce((total, value) => total + value, 0) * unit;
}
