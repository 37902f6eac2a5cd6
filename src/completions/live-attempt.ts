import type { OutgoingHttpHeaders } from 'node:http';
import type { Clock } from '../clock/index.js';
import { UpstreamTimeoutError } from '../errors/index.js';
import type { RequestContext, WholeReply } from '../http/index.js';
import type { AttemptOutcome, HealthPermit, Provider } from '../providers/index.js';
import { Attempt } from './attempt/attempt.js';
import type {
  AttemptPlan,
  AttemptResult,
  AttemptSink,
  CancelReason,
} from './attempt/attempt-contract.js';
import type { AttemptObserver, AttemptReason, Interruption } from './attempt/attempt-observer.js';
import type { AttemptTrace, AttemptTracer } from './attempt/attempt-tracer.js';
import type { Continuation } from './recovery/stream-recovery.js';

/** Who is asked, for which model, and why. */
export interface AttemptTarget {
  readonly provider: Provider;
  /** The model as clients call it. */
  readonly model: string;
  /** The model as the provider calls it. */
  readonly upstreamModel: string;
  readonly reason: AttemptReason;
  /** How its stream is joined to one that broke; undefined when it begins the answer. */
  readonly continuation: Continuation | undefined;
}

/** Told what an attempt brings, and which attempt it was. */
export interface AttemptOwner {
  opened(attempt: LiveAttempt, headers: OutgoingHttpHeaders): void;
  batch(attempt: LiveAttempt, bytes: Uint8Array): void;
  whole(attempt: LiveAttempt, reply: WholeReply): void;
  ended(attempt: LiveAttempt, result: AttemptResult): void;
}

/** What all attempts of the service share. */
export interface AttemptEnvironment {
  readonly clock: Clock;
  readonly observers: readonly AttemptObserver[];
  /** Undefined: nothing is traced. */
  readonly tracer: AttemptTracer | undefined;
}

/** Ends of attempts whose first token took at least as long as they lasted. */
const WAITED_IN_VAIN: ReadonlySet<AttemptOutcome> = new Set(['timeout', 'superseded']);

/** An attempt under way, with its entry in the books: the provider's health, its load, the reports. */
export class LiveAttempt implements AttemptSink {
  readonly #attempt: Attempt;
  readonly #startedAt: number;
  readonly #permit: HealthPermit;
  readonly #trace: AttemptTrace | undefined;

  constructor(
    readonly target: AttemptTarget,
    private readonly plan: AttemptPlan,
    private readonly context: RequestContext,
    private readonly environment: AttemptEnvironment,
    private readonly owner: AttemptOwner,
  ) {
    const { provider, model, upstreamModel, reason } = target;
    this.#startedAt = environment.clock.now();
    this.#permit = provider.health.begin(upstreamModel);
    provider.requestStarted();
    this.#trace = environment.tracer?.attemptStarted({
      context,
      provider,
      model,
      upstreamModel,
      reason,
      streamed: plan.streamed,
    });
    const traced = this.#trace === undefined ? plan : tracedPlan(plan, this.#trace);
    this.#attempt = new Attempt(provider, traced, environment.clock, this);
  }

  /** How long it has been running, ms. */
  get age(): number {
    return this.environment.clock.now() - this.#startedAt;
  }

  start(): void {
    this.#attempt.start();
  }

  cancel(reason: CancelReason, interruption?: Interruption): void {
    this.#attempt.cancel(reason, interruption);
  }

  pause(): void {
    this.#attempt.pause();
  }

  resume(): void {
    this.#attempt.resume();
  }

  opened(headers: OutgoingHttpHeaders): void {
    this.#permit.answering();
    this.#observeFirstToken();
    this.#trace?.firstContent(this.age);
    this.owner.opened(this, headers);
  }

  batch(bytes: Uint8Array): void {
    this.owner.batch(this, bytes);
  }

  whole(reply: WholeReply): void {
    this.owner.whole(this, reply);
  }

  ended(result: AttemptResult): void {
    const { provider } = this.target;
    this.#permit.end(this.#cameLate(result) ? 'superseded' : result.outcome, result.requestedWait);
    provider.requestEnded();
    if (result.answeredAt === undefined && WAITED_IN_VAIN.has(result.outcome)) {
      this.#observeFirstToken();
    }
    this.context.attempts.push({
      provider: provider.name,
      outcome: result.outcome,
      duration: this.age,
    });
    this.#trace?.ended(result);
    this.#report(result);
    this.owner.ended(this, result);
  }

  /** Whether others had used up most of its time: that it was not enough says nothing of this one. */
  #cameLate({ failure }: AttemptResult): boolean {
    return (
      failure instanceof UpstreamTimeoutError &&
      failure.phase === 'total' &&
      this.age < this.target.provider.timeouts.total / 2
    );
  }

  /** A whole answer comes when all of it has been made: that would say something else. */
  #observeFirstToken(): void {
    if (this.plan.streamed) {
      this.target.provider.observeFirstToken(this.age, this.environment.clock.now());
    }
  }

  #report({ outcome, interruption, answeredAt, malformedEvents, cause }: AttemptResult): void {
    const report = {
      requestId: this.context.id,
      provider: this.target.provider.name,
      requestedModel: this.context.model ?? '',
      model: this.target.model,
      reason: this.target.reason,
      outcome,
      interruption,
      latency: answeredAt === undefined ? undefined : answeredAt - this.#startedAt,
      malformedEvents,
      cause,
    };
    for (const observer of this.environment.observers) {
      observer.attemptEnded(report);
    }
  }
}

/** @returns the plan of an attempt whose provider is told its place in the trace */
function tracedPlan(plan: AttemptPlan, { traceContext, isRecorded }: AttemptTrace): AttemptPlan {
  return {
    ...plan,
    call: { ...plan.call, traceContext },
    changes: { ...plan.changes, notesModel: isRecorded },
  };
}
