import { readFileSync, readdirSync } from 'node:fs';

/**
 * @returns the CPU time, user and system, that all threads of a process have used so far, ms with
 * fractions. Linux counts it in nanoseconds (Documentation/scheduler/sched-stats.rst).
 */
export function cpuTime(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks)
    .map((thread) => readFileSync(`${tasks}/${thread}/schedstat`, 'utf8'))
    .reduce((sum, line) => sum + Number.parseInt(line, 10) / 1e6, 0);
}

/** @returns the resident memory of a process, bytes */
export function residentMemory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const [, kilobytes] = /^VmRSS:\s*(\d+) kB/m.exec(status) ?? [];
  return Number(kilobytes) * 1024;
}
