import type { FromWorker, ToWorker } from './messages.js';

/** How a process ended. */
export type Ending = { readonly code: number } | { readonly signal: string };

/** A worker as the process that started it sees it. */
export interface WorkerProcess {
  /** Undefined when it could not even be started. */
  readonly pid: number | undefined;
  /** Harmless when it is no longer there. */
  send(message: ToWorker): void;
  /** Ends it at once. */
  kill(): void;
  onMessage(listener: (message: FromWorker) => void): void;
  /** Called once. */
  onEnd(listener: (ending: Ending) => void): void;
}

/** @param number - which worker it is, from 1; a replacement has the number of whom it replaces */
export type StartWorker = (number: number) => WorkerProcess;
