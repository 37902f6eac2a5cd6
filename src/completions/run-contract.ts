import type { AttemptPlan } from './attempt/attempt-contract.js';
import type { HedgePolicy } from './hedging/hedge-policy.js';
import type { AttemptEnvironment, AttemptTarget } from './live-attempt.js';
import type { StreamRecovery } from './recovery/stream-recovery.js';
import type { RetryPlan } from './retry/retry-plan.js';

/** What a run needs from the service. */
export interface RunEnvironment extends AttemptEnvironment {
  /** After how long without a byte a client that waits for a stream gets a comment, ms; 0: never. */
  readonly streamKeepalive: number;
  /** Whether the reply's headers say which way the request went. */
  readonly routingHeaders: boolean;
  /** When a second provider is asked beside a slow one; undefined: never. */
  readonly hedging: HedgePolicy | undefined;
}

/** What a run needs to know of its request. */
export interface RunRequest {
  /** The model the client asked for. */
  readonly model: string;
  /** Whether the answer is to be a stream. */
  readonly streamed: boolean;
  readonly plan: RetryPlan;
  /** How a stream that breaks is taken up again; undefined: it is not. */
  readonly recovery: StreamRecovery | undefined;
  /** Writes the request for one provider. */
  readonly callFor: (target: AttemptTarget) => AttemptPlan;
}
