import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../clock/index.js';
import { MalformedRequestError, ShuttingDownError } from '../errors/index.js';
import { ActiveRequests } from './active-requests.js';
import { Drain } from './drain.js';
import { discardUpload } from './discard-upload.js';
import { RequestContext, attachContext, contextOf } from './request-context.js';
import { sendError } from './send-error.js';
import { requestIdFrom } from './request-id.js';
import { REQUEST_OBSERVERS, type RequestObserver } from './request-observer.js';
import { pathOf, toOriginForm } from './request-target.js';
import { RouteTable, UNMATCHED } from './route-table.js';
import { traceIdFrom } from './trace-id.js';

/** nginx's status for a client that closed the connection before it was answered. */
const CLIENT_CLOSED_REQUEST = 499;

/**
 * First on every request's way, before Express: gives it an id and a clock, and makes sure that it
 * is counted and logged exactly once, when its response has closed, however that came about.
 */
@Injectable()
export class RequestEntrance {
  constructor(
    private readonly clock: Clock,
    private readonly routes: RouteTable,
    private readonly active: ActiveRequests,
    private readonly drain: Drain,
    @Inject(REQUEST_OBSERVERS) private readonly observers: readonly RequestObserver[],
  ) {}

  /**
   * @param handle - serves a request whose target is in origin form and which has its context
   * @returns what a server does with each of its requests
   */
  before(handle: RequestListener): RequestListener {
    return (request, response) => {
      const { url = '' } = request;
      const target = toOriginForm(url);
      const context = this.#begin(request, response, pathOf(target ?? url));
      if (target === undefined) {
        answerWithoutTarget(request, response, context);
      } else {
        request.url = target;
        handle(request, response);
      }
    };
  }

  /** Begins nothing new any more, as on a connection that still has a stream running behind it. */
  readonly refuseWhileClosing = (
    request: IncomingMessage,
    _response: ServerResponse,
    next: () => void,
  ): void => {
    const context = contextOf(request);
    if (this.drain.phase === 'closing' && context.endpoint !== undefined) {
      context.interrupt(new ShuttingDownError());
    } else {
      next();
    }
  };

  #begin(request: IncomingMessage, response: ServerResponse, path: string): RequestContext {
    const method = request.method ?? '';
    const context = new RequestContext(
      requestIdFrom(request.headers['x-request-id']),
      method,
      path,
      this.#endpointOf(path, method),
      this.clock.now(),
    );
    context.traceId = traceIdFrom(request.headers['traceparent']);
    attachContext(request, context);
    response.setHeader('x-request-id', context.id);
    response.setHeader('x-content-type-options', 'nosniff');
    if (this.drain.phase !== 'serving') {
      response.shouldKeepAlive = false;
    }
    context.owner = {
      interrupt: (error) => {
        context.error = error;
        sendError(response, error);
      },
      abandon: () => undefined,
    };
    this.active.add(context, response);
    for (const observer of this.observers) {
      observer.requestStarted?.(context, request);
    }
    response.once('close', () => {
      this.#end(context, request, response);
    });
    return context;
  }

  #endpointOf(path: string, method: string): string | undefined {
    const route = this.routes.find(path, method);
    if (route === undefined) {
      return UNMATCHED;
    }
    return route.counted ? route.template : undefined;
  }

  #end(context: RequestContext, request: IncomingMessage, response: ServerResponse): void {
    const answered = response.writableFinished;
    context.status = answered ? response.statusCode : CLIENT_CLOSED_REQUEST;
    context.duration = this.clock.now() - context.startedAt;
    context.ending = !answered
      ? 'client_closed'
      : context.interrupted
        ? 'interrupted'
        : 'completed';
    context.abandon();
    if (answered && !request.complete) {
      discardUpload(request, this.clock);
    }
    this.active.remove(context);
    for (const observer of this.observers) {
      observer.requestEnded(context);
    }
  }
}

/** Nothing of ours is asked for: by `OPTIONS *` the server as a whole, otherwise nothing at all. */
function answerWithoutTarget(
  { method, url }: IncomingMessage,
  response: ServerResponse,
  context: RequestContext,
): void {
  if (method === 'OPTIONS' && url === '*') {
    // RFC 9110 section 9.3.7: a way to ask whether somebody is there.
    response.writeHead(204, { allow: 'GET, HEAD, POST' }).end();
  } else {
    context.interrupt(new MalformedRequestError());
  }
}
