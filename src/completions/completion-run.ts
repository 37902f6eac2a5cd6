import type { OutgoingHttpHeaders } from 'node:http';
import type { Subscriber } from 'rxjs';
import type { Timer } from '../clock/index.js';
import {
  InternalError,
  ModelNotFoundError,
  ProxyError,
  ShuttingDownError,
} from '../errors/index.js';
import type { FlowControl, ReplyPart, RequestContext, WholeReply } from '../http/index.js';
import { OUTCOMES } from '../providers/index.js';
import type { AttemptResult } from './attempt/attempt-contract.js';
import type { AttemptReason } from './attempt/attempt-observer.js';
import { ClientReply } from './client-reply.js';
import { FinalFailure } from './final-failure.js';
import { type AttemptOwner, type AttemptTarget, LiveAttempt } from './live-attempt.js';
import { refusesRequest, secondRemedy } from './recovery/recovery-remedy.js';
import { LiveAttempts } from './live-attempts.js';
import { DONE_EVENT } from './reply/stream-translator.js';
import type { RunEnvironment, RunRequest } from './run-contract.js';

type Asked = Pick<AttemptTarget, 'provider' | 'model'>;

/**
 * One request on its way through the providers, from the first attempt to the last byte. What comes
 * next is the plan's decision; the run does it. Of attempts that run at once the first with something
 * to show wins, and the others are given up.
 */
export class CompletionRun implements AttemptOwner, FlowControl {
  readonly #client: ClientReply;
  readonly #live = new LiveAttempts();
  #winner: LiveAttempt | undefined;
  /** Rings when the pause before the next attempt is over, or a hedge is due. */
  #timer: Timer | undefined;
  #isOver = false;
  readonly #failure: FinalFailure;
  /** How the stream broke that is being taken up again. */
  #break: AttemptResult | undefined;
  #reply: WholeReply | undefined;

  constructor(
    private readonly environment: RunEnvironment,
    private readonly request: RunRequest,
    private readonly context: RequestContext,
    subscriber: Subscriber<ReplyPart>,
  ) {
    const { clock, streamKeepalive } = environment;
    const keepalive = request.streamed ? streamKeepalive : 0;
    const way = environment.routingHeaders;
    this.#failure = new FinalFailure(request.model);
    this.#client = new ClientReply(subscriber, context, { clock, keepalive, way, flow: this });
  }

  start(): void {
    if (this.request.plan.isHopeless) {
      this.#end();
      this.#client.fail(new ModelNotFoundError(this.request.model));
    } else {
      this.#proceed();
    }
  }

  /** The client left, or the proxy shuts down: whatever runs for this request ends at once. */
  cancel(): void {
    this.#end();
    this.#client.stop();
    if (this.context.error instanceof ShuttingDownError) {
      this.#live.shutDown(this.#client.isOpen);
    } else {
      this.#live.leave();
    }
  }

  pause(): void {
    this.#client.isPaused = true;
    this.#winner?.pause();
  }

  resume(): void {
    this.#client.isPaused = false;
    this.#winner?.resume();
  }

  opened(attempt: LiveAttempt, headers: OutgoingHttpHeaders): void {
    this.#win(attempt);
    this.context.firstTokenAt ??= this.environment.clock.now();
    if (this.#client.isPaused) {
      attempt.pause();
    }
    this.#client.open(headers);
  }

  batch(attempt: LiveAttempt, bytes: Uint8Array): void {
    const { continuation } = attempt.target;
    const fresh = continuation === undefined ? bytes : continuation.push(bytes);
    if (fresh.byteLength > 0) {
      this.request.recovery?.sent(fresh);
      this.#client.send(fresh);
    }
    if (continuation?.differs === true) {
      attempt.cancel('superseded');
      this.#giveUp(undefined);
    }
  }

  whole(attempt: LiveAttempt, reply: WholeReply): void {
    this.#win(attempt);
    this.#reply = reply;
  }

  ended(attempt: LiveAttempt, result: AttemptResult): void {
    this.#live.remove(attempt);
    this.#guard(() => {
      this.#react(attempt, result);
    });
  }

  #react(attempt: LiveAttempt, result: AttemptResult): void {
    if (attempt === this.#winner || this.#winner === undefined) {
      this.context.usage = result.usage ?? this.context.usage;
    }
    if (this.#isOver || result.outcome === 'superseded') {
      return;
    }
    if (attempt !== this.#winner) {
      this.#failed(attempt, result);
    } else if (result.outcome === 'success') {
      this.#succeeded();
    } else {
      this.#broke(attempt, result);
    }
  }

  #proceed(): void {
    const step = this.request.plan.next();
    switch (step.kind) {
      case 'ask':
        this.#ask(step, this.#break === undefined ? step.reason : 'recovery');
        break;
      case 'wait':
        this.#setTimer(step.delay, () => {
          this.#proceed();
        });
        break;
      case 'give_up':
        this.#giveUp(step.wait);
    }
  }

  #ask({ provider, model }: Asked, reason: AttemptReason): void {
    const { request, environment, context } = this;
    const upstreamModel = provider.models.map(model) ?? model;
    const continuation =
      this.#break === undefined ? undefined : request.recovery?.continueAt(provider);
    const target = { provider, model, upstreamModel, reason, continuation };
    const attempt = new LiveAttempt(target, request.callFor(target), context, environment, this);
    this.#live.add(attempt);
    context.attemptCount = request.plan.attempts;
    if (reason !== 'hedge') {
      context.provider = provider.name;
      context.upstreamModel = upstreamModel;
      this.#armHedge(model);
    }
    attempt.start();
  }

  /** Has a second provider asked, should the first one be slow. */
  #armHedge(model: string): void {
    const { hedging } = this.environment;
    const delay = hedging?.delayFor({ model, streamed: this.request.streamed });
    if (hedging === undefined || delay === undefined || this.#break !== undefined) {
      return;
    }
    this.#setTimer(delay, () => {
      const provider = hedging.hasLeft ? this.request.plan.hedge(model) : undefined;
      if (provider !== undefined) {
        hedging.take();
        this.#ask({ provider, model }, 'hedge');
      }
    });
  }

  /** The first attempt with something to show has won: the answer is its own from now on. */
  #win(attempt: LiveAttempt): void {
    const { model } = attempt.target;
    this.#timer?.clear();
    this.#winner = attempt;
    this.#live.supersede(attempt);
    this.request.plan.settle(model);
    this.environment.hedging?.observe({ model, streamed: this.request.streamed }, attempt.age);
    this.#client.answeredBy(attempt.target);
  }

  /** An attempt failed with nothing to show. */
  #failed({ target }: LiveAttempt, result: AttemptResult): void {
    const { provider, model, continuation } = target;
    if (continuation?.edits !== undefined && refusesRequest(result.outcome)) {
      // It does not take a part of an answer, or has no room for it; the whole one it may give.
      this.request.recovery?.prefillRefused(provider);
      this.#ask({ provider, model }, 'recovery');
      return;
    }
    this.#failure.add({ result, target });
    const { outcome } = result;
    const remedy = this.#break === undefined ? OUTCOMES[outcome].remedy : secondRemedy(outcome);
    this.request.plan.failed(provider, model, remedy, result.requestedWait);
    if (remedy === 'none' || remedy === 'larger_model') {
      this.#live.supersede();
    }
    // Another attempt that runs may still answer.
    if (this.#live.isEmpty) {
      this.#timer?.clear();
      this.#proceed();
    }
  }

  #succeeded(): void {
    if (this.#break !== undefined && this.#reply !== undefined) {
      this.#giveUp(undefined);
      return;
    }
    this.context.recovery = this.#break === undefined ? undefined : 'recovered';
    this.#end();
    if (this.#reply === undefined) {
      this.#client.complete();
    } else {
      this.#client.whole(this.#reply);
    }
  }

  /** The answer had begun, and then broke off. */
  #broke({ target }: LiveAttempt, result: AttemptResult): void {
    const remedy = this.request.recovery?.remedyFor(result);
    this.#break = result;
    this.#winner = undefined;
    if (remedy === undefined) {
      this.#giveUp(undefined);
    } else if (remedy === 'complete') {
      this.#client.send(DONE_EVENT);
      this.#succeeded();
    } else {
      this.request.plan.failed(target.provider, target.model, remedy);
      this.#proceed();
    }
  }

  /** @param wait - after how many ms a new request may fare better, if that is known */
  #giveUp(wait: number | undefined): void {
    this.#end();
    if (this.#break !== undefined) {
      this.#endBroken(this.#break);
      return;
    }
    this.#client.answeredBy(this.#failure.target);
    const { attempts } = this.request.plan;
    this.#client.lastWord(this.#failure.lastWord({ attempts, wait }));
  }

  #endBroken({ failure, errorEvent }: AttemptResult): void {
    this.context.interrupted = true;
    this.context.recovery = this.request.recovery === undefined ? undefined : 'lost';
    if (failure instanceof ProxyError) {
      this.#client.fail(failure);
    } else {
      this.#client.completeWith(errorEvent);
    }
  }

  #end(): void {
    this.#isOver = true;
    this.#timer?.clear();
  }

  #setTimer(delay: number, callback: () => void): void {
    this.#timer?.clear();
    this.#timer = this.environment.clock.setTimer(delay, () => {
      this.#guard(callback);
    });
  }

  /** Whoever rings or reports does not care what becomes of it: a bug here must not hang a request. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.cancel();
      this.#client.fail(new InternalError(error));
    }
  }
}
