import type { AttemptTracer } from '../completions/index.js';
import type { RequestObserver } from '../http/index.js';

/** Makes spans of what happens, and sends them to a collector. */
export interface Tracing {
  readonly requests: RequestObserver;
  readonly attempts: AttemptTracer;
  /** Sends what is left. Never fails, and never takes longer than two seconds. */
  stop(): Promise<void>;
}

/** Token of the tracing, see tracing.module.ts; what it stands for may be undefined. */
export const TRACING = Symbol('tracing');
