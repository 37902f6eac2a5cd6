import { Inject, Injectable } from '@nestjs/common';
import { Observable } from 'rxjs';
import type { IncomingHttpHeaders } from 'node:http';
import { Clock } from '../clock/index.js';
import { LiveConfig, type ProxyConfig } from '../config/index.js';
import { ModelNotFoundError } from '../errors/index.js';
import type { ReplyPart, RequestContext } from '../http/index.js';
import { type Provider, ProviderRegistry } from '../providers/index.js';
import { jsonString } from '../wire/index.js';
import type { AttemptPlan } from './attempt/attempt.js';
import { ATTEMPT_OBSERVERS, type AttemptObserver } from './attempt/attempt-observer.js';
import type { CompletionRequest } from './completion-request.js';
import { CompletionRun, type RunEnvironment } from './completion-run.js';
import type { Endpoint } from './endpoints.js';
import { upstreamBody } from './upstream-body.js';

/** A request that has been read, and where it came in. */
export interface IncomingCompletion {
  readonly endpoint: Endpoint;
  readonly request: CompletionRequest;
  readonly headers: IncomingHttpHeaders;
}

/** The main job: has some provider of the model answer, and hands the answer on. */
@Injectable()
export class CompletionsService {
  #environment: RunEnvironment;

  constructor(
    live: LiveConfig,
    private readonly registry: ProviderRegistry,
    clock: Clock,
    @Inject(ATTEMPT_OBSERVERS) observers: readonly AttemptObserver[],
  ) {
    const environmentOf = ({ streamKeepalive }: ProxyConfig): RunEnvironment => ({
      clock,
      observers,
      streamKeepalive,
    });
    this.#environment = environmentOf(live.current);
    live.onChange((current) => {
      this.#environment = environmentOf(current);
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
      const provider = this.registry.routeOf(model)?.next();
      if (provider === undefined) {
        throw new ModelNotFoundError(model);
      }
      const run = new CompletionRun(this.#environment, context, subscriber);
      run.start(provider, this.#plan(incoming, provider, context));
      return () => {
        run.cancel();
      };
    });
  }

  #plan(
    { endpoint, request, headers }: IncomingCompletion,
    provider: Provider,
    context: RequestContext,
  ): AttemptPlan {
    const upstreamModel = provider.models.map(request.model) ?? request.model;
    context.provider = provider.name;
    context.upstreamModel = upstreamModel;
    const streamed = request.streamed && endpoint.streams;
    const asksUsage =
      streamed && provider.streamUsage && request.streamOptions?.includeUsage?.value !== true;
    return {
      call: {
        path: endpoint.upstreamPath,
        clientHeaders: headers,
        requestId: context.id,
        body: upstreamBody(request, upstreamModel, asksUsage),
      },
      streamed,
      changes: {
        model: provider.models.passesAll ? undefined : jsonString(request.model),
        hidesUsage: asksUsage,
      },
    };
  }
}
