import { availableParallelism } from 'node:os';
import type { ProxyConfig } from './config/index.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Tells a process that it is a worker, and which. */
const VARIABLE = 'LLM_PROXY_WORKER';

/** @returns the number of this worker, from 1; undefined in a process that nobody started as one */
export function workerNumberIn(environment: Environment): number | undefined {
  const number = Number(environment[VARIABLE]);
  return Number.isInteger(number) && number >= 1 ? number : undefined;
}

/** @returns what makes a process the worker of that number */
export function environmentOfWorker(number: number): Readonly<Record<string, string>> {
  return { [VARIABLE]: String(number) };
}

/**
 * @param cores - how many this process may use at once
 * @returns how many processes are to serve
 */
export function workerCount(
  workers: ProxyConfig['server']['workers'],
  cores: () => number = availableParallelism,
): number {
  return workers === 'auto' ? cores() : workers;
}
