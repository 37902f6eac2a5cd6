import type { OutgoingHttpHeaders } from 'node:http';
import type { Subscriber } from 'rxjs';
import type { Clock, Timer } from '../clock/index.js';
import { type ProxyError, UpstreamInvalidResponseError } from '../errors/index.js';
import type { FlowControl, ReplyPart, RequestContext, WholeReply } from '../http/index.js';
import { type Provider, refusalFrom } from '../providers/index.js';
import {
  Attempt,
  type AttemptPlan,
  type AttemptResult,
  type AttemptSink,
} from './attempt/attempt.js';
import type { AttemptObserver } from './attempt/attempt-observer.js';
import { upstreamErrorOf } from './reply/upstream-refusal.js';

/** What all runs of the service share. */
export interface RunEnvironment {
  readonly clock: Clock;
  readonly observers: readonly AttemptObserver[];
  /** After how long without a byte a waiting client gets a comment, ms; 0: never. */
  readonly streamKeepalive: number;
}

/** A comment (WHATWG HTML section 9.2.6): clients skip it, load balancers see a living connection. */
const PING = Buffer.from(': ping\n');

/** One request on its way through the providers, from the first attempt to the last byte. */
export class CompletionRun implements AttemptSink, FlowControl {
  readonly #startedAt: number;
  #attempt: Attempt | undefined;
  #keepalive: Timer | undefined;
  #isOpen = false;
  #isPaused = false;
  #isAnswered = false;
  /** A refusal that came when comments had already gone out. */
  #lateRefusal: ProxyError | undefined;
  #lastBatchAt: number;

  constructor(
    private readonly environment: RunEnvironment,
    private readonly context: RequestContext,
    private readonly subscriber: Subscriber<ReplyPart>,
  ) {
    this.#startedAt = environment.clock.now();
    this.#lastBatchAt = this.#startedAt;
  }

  start(provider: Provider, plan: AttemptPlan): void {
    if (plan.streamed && this.environment.streamKeepalive > 0) {
      this.#armKeepalive(this.environment.streamKeepalive);
    }
    this.#attempt = new Attempt(provider, plan, this.environment.clock, this);
    this.#attempt.start();
  }

  /** The client left, or the proxy shuts down: whatever runs for this request ends at once. */
  cancel(): void {
    this.#keepalive?.clear();
    this.#attempt?.cancel(this.context.interrupted ? 'shutdown' : 'client_closed');
  }

  pause(): void {
    this.#isPaused = true;
    this.#attempt?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#attempt?.resume();
  }

  opened(headers: OutgoingHttpHeaders): void {
    this.#answered();
    this.context.firstTokenAt = this.environment.clock.now();
    this.#open(headers);
  }

  batch(bytes: Uint8Array): void {
    this.#lastBatchAt = this.environment.clock.now();
    this.subscriber.next(bytes);
  }

  whole(reply: WholeReply): void {
    this.#answered();
    if (!this.#isOpen) {
      this.subscriber.next(reply);
      return;
    }
    // Only comments have gone out, but they did: what follows can only be an event.
    this.#lateRefusal =
      reply.status < 400
        ? new UpstreamInvalidResponseError('The provider did not answer with a stream.')
        : upstreamErrorOf(refusalFrom(reply.status, reply.body));
  }

  ended(result: AttemptResult): void {
    this.#keepalive?.clear();
    this.context.usage = result.usage;
    this.context.interrupted ||= result.interruption !== undefined;
    this.#answered();
    this.#report(result);
    const error = result.error ?? this.#lateRefusal;
    if (error === undefined) {
      this.subscriber.complete();
      return;
    }
    this.context.error = error;
    this.subscriber.error(error);
  }

  #report({ outcome, interruption, answeredAt, malformedEvents, cause }: AttemptResult): void {
    const report = {
      requestId: this.context.id,
      provider: this.context.provider ?? '',
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

  #answered(): void {
    if (!this.#isAnswered) {
      this.#isAnswered = true;
      this.context.upstreamTime = this.environment.clock.now() - this.#startedAt;
    }
  }

  #open(headers: OutgoingHttpHeaders): void {
    if (!this.#isOpen) {
      this.#isOpen = true;
      this.subscriber.next({ kind: 'stream', headers, flow: this });
    }
  }

  /** A client that does not even read what is there already needs no sign of life. */
  #ping(): void {
    if (!this.#isPaused) {
      this.#open({});
      this.batch(PING);
    }
  }

  #armKeepalive(delay: number): void {
    const { clock, streamKeepalive } = this.environment;
    this.#keepalive = clock.setTimer(delay, () => {
      const silence = clock.now() - this.#lastBatchAt;
      if (silence >= streamKeepalive) {
        this.#ping();
        this.#armKeepalive(streamKeepalive);
      } else {
        this.#armKeepalive(streamKeepalive - silence);
      }
    });
  }
}
