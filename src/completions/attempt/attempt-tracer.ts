import type { RequestContext } from '../../http/index.js';
import type { Provider, TraceContext } from '../../providers/index.js';
import type { AttemptResult } from './attempt-contract.js';
import type { AttemptReason } from './attempt-observer.js';

/** What is known of an attempt before it begins. */
export interface AttemptBeginning {
  readonly context: RequestContext;
  readonly provider: Pick<Provider, 'name' | 'type' | 'address'>;
  /** The model as clients call it. */
  readonly model: string;
  /** The model as the provider calls it. */
  readonly upstreamModel: string;
  readonly reason: AttemptReason;
  /** Whether the provider is asked for a stream. */
  readonly streamed: boolean;
}

/** What a trace has to know of an attempt that is over. */
export type AttemptEnding = Pick<
  AttemptResult,
  'outcome' | 'interruption' | 'status' | 'usage' | 'answeredModel'
>;

/** One attempt in its trace. */
export interface AttemptTrace {
  /** Tells the provider where in the trace it stands. */
  readonly traceContext: TraceContext;
  /** Whether what becomes of the attempt is recorded; otherwise it need not be found out. */
  readonly isRecorded: boolean;
  /**
   * The first content of a stream is there.
   *
   * @param after - since the attempt began, ms
   */
  firstContent(after: number): void;
  /** The last call, made once. */
  ended(ending: AttemptEnding): void;
}

/** Follows attempts from before their call, so that the call can say which trace it belongs to. */
export interface AttemptTracer {
  attemptStarted(beginning: AttemptBeginning): AttemptTrace;
}

/** Token of the tracer, see app.module.ts; what it stands for is undefined where nothing is traced. */
export const ATTEMPT_TRACER = Symbol('attempt tracer');
