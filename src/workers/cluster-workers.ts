import cluster, { type Worker } from 'node:cluster';
import type { FromWorker } from './messages.js';
import type { Ending, StartWorker } from './worker-process.js';

/**
 * Workers by node:cluster: this process listens, and hands each new connection to the next worker
 * that is free to take one. docs/decisions/0016-workers.md says why.
 *
 * @param environmentOf - the variables that make a process the worker of a number
 */
export function clusterWorkers(
  environmentOf: (number: number) => Readonly<Record<string, string>>,
): StartWorker {
  // Structured clones: JSON has neither maps nor what is not a number.
  cluster.setupPrimary({ serialization: 'advanced' });
  return (number) => {
    const worker = cluster.fork(environmentOf(number));
    // A worker that is just ending cannot be told anything; its end is what counts.
    worker.on('error', () => undefined);
    return {
      pid: worker.process.pid,
      send: (message) => {
        if (worker.isConnected()) {
          worker.send(message);
        }
      },
      kill: () => {
        worker.process.kill('SIGKILL');
      },
      onMessage: (listener) => {
        worker.on('message', (message: FromWorker) => {
          listener(message);
        });
      },
      onEnd: (listener) => {
        onceEnded(worker, listener);
      },
    };
  };
}

function onceEnded(worker: Worker, listener: (ending: Ending) => void): void {
  worker.once('exit', (code: number | null, signal: string | null) => {
    listener(code === null ? { signal: signal ?? 'a signal' } : { code });
  });
}
