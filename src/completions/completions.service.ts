import { Inject, Injectable } from '@nestjs/common';
import { Observable } from 'rxjs';
import { Clock } from '../clock/index.js';
import { LiveConfig, type ProxyConfig, sameValue } from '../config/index.js';
import type { ReplyPart, RequestContext } from '../http/index.js';
import { type ModelRoute, ProviderRegistry } from '../providers/index.js';
import { Random } from '../random/index.js';
import { affinityKey } from './affinity-key.js';
import type { AttemptPlan } from './attempt/attempt-contract.js';
import { ATTEMPT_OBSERVERS, type AttemptObserver } from './attempt/attempt-observer.js';
import { ATTEMPT_TRACER, type AttemptTracer } from './attempt/attempt-tracer.js';
import { CompletionRun } from './completion-run.js';
import { HedgePolicy } from './hedging/hedge-policy.js';
import type { IncomingCompletion } from './incoming-completion.js';
import type { AttemptTarget } from './live-attempt.js';
import { StreamRecovery } from './recovery/stream-recovery.js';
import { Backoff } from './retry/backoff.js';
import { RetryBudget } from './retry/retry-budget.js';
import { type ModelChoice, RetryPlan } from './retry/retry-plan.js';
import { RouteWalk, type WalkSettings } from './retry/route-walk.js';
import type { RunEnvironment, RunRequest } from './run-contract.js';
import { upstreamCall } from './upstream-call.js';

const NO_MODELS: readonly string[] = [];
const NO_ROUTES: ReadonlyMap<string, ModelRoute> = new Map();

/** The main job: has some provider of the model answer, and hands the answer on. */
@Injectable()
export class CompletionsService {
  #environment: RunEnvironment;
  #walks: WalkSettings;

  constructor(
    private readonly live: LiveConfig,
    private readonly registry: ProviderRegistry,
    private readonly clock: Clock,
    random: Random,
    private readonly budget: RetryBudget,
    @Inject(ATTEMPT_OBSERVERS) observers: readonly AttemptObserver[],
    @Inject(ATTEMPT_TRACER) tracer: AttemptTracer | undefined,
  ) {
    const environmentOf = (
      { streamKeepalive, server }: ProxyConfig,
      hedging: HedgePolicy | undefined,
    ): RunEnvironment => ({
      clock,
      observers,
      tracer,
      streamKeepalive,
      routingHeaders: server.routingHeaders,
      hedging,
    });
    const walksOf = ({ retry }: ProxyConfig): WalkSettings => ({
      clock,
      backoff: new Backoff(random, retry),
      attempts: retry.attempts,
    });
    this.#environment = environmentOf(live.current, hedgingOf(live.current));
    this.#walks = walksOf(live.current);
    live.onChange((current, previous) => {
      // What it has measured is worth keeping.
      const isSameHedge = sameValue(previous.hedge, current.hedge);
      const hedging = isSameHedge ? this.#environment.hedging : hedgingOf(current);
      this.#environment = environmentOf(current, hedging);
      this.#walks = walksOf(current);
      budget.configure(current.retry);
    });
  }

  /**
   * @returns an Observable of the reply. Subscribing asks the provider; unsubscribing cancels the
   * call. It fails with a ProxyError.
   */
  complete(incoming: IncomingCompletion, context: RequestContext): Observable<ReplyPart> {
    return new Observable((subscriber) => {
      const { model, streamed } = incoming.request;
      context.model = model;
      context.modelIsConfigured = this.registry.spellsOut(model);
      context.streamed = streamed;
      this.budget.recordRequest();
      this.#environment.hedging?.recordRequest();
      const request = this.#runRequest(incoming, context);
      const run = new CompletionRun(this.#environment, request, context, subscriber);
      run.start();
      return () => {
        run.cancel();
      };
    });
  }

  #runRequest(incoming: IncomingCompletion, context: RequestContext): RunRequest {
    const { request, headers, endpoint } = incoming;
    const { fallbacks, contextFallbacks, retry, routing, streamRecovery, resume } =
      this.live.current;
    const streamed = request.streamed && endpoint.streams;
    const startedAt = this.clock.now();
    const key = affinityKey(routing.affinity, headers, request);
    const choice = {
      model: request.model,
      fallbacks: fallbacks.get(request.model) ?? NO_MODELS,
      contextFallbacks: contextFallbacks.get(request.model) ?? NO_MODELS,
    };
    // A reload changes nothing for a request that runs: its ways are those of its beginning.
    const walks = this.#walks;
    const own = this.registry.routeOf(request.model);
    const standIns = this.#routesOf(choice);
    const openWalk = (model: string): RouteWalk | undefined => {
      const route = model === request.model ? own : standIns.get(model);
      return route && new RouteWalk(model, route, walks, startedAt, key);
    };
    return {
      model: request.model,
      streamed,
      plan: new RetryPlan(choice, openWalk, this.budget, retry.maxWait),
      recovery:
        streamed && streamRecovery === 'resume'
          ? new StreamRecovery(request, resume.maxBytes)
          : undefined,
      callFor: (target: AttemptTarget): AttemptPlan => ({
        ...upstreamCall(incoming, target, context.id),
        requestStartedAt: startedAt,
      }),
    };
  }

  #routesOf({ fallbacks, contextFallbacks }: ModelChoice): ReadonlyMap<string, ModelRoute> {
    if (fallbacks.length === 0 && contextFallbacks.length === 0) {
      return NO_ROUTES;
    }
    const routes = new Map<string, ModelRoute>();
    for (const model of [...fallbacks, ...contextFallbacks]) {
      const route = this.registry.routeOf(model);
      if (route !== undefined) {
        routes.set(model, route);
      }
    }
    return routes;
  }
}

function hedgingOf({ hedge }: ProxyConfig): HedgePolicy | undefined {
  return hedge && new HedgePolicy(hedge);
}
