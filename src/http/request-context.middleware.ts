import { Inject, Injectable } from '@nestjs/common';
import type { NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { Clock } from '../clock/index.js';
import { ShuttingDownError } from '../errors/index.js';
import { ActiveRequests } from './active-requests.js';
import { Drain } from './drain.js';
import { discardUpload } from './discard-upload.js';
import { RequestContext, attachContext } from './request-context.js';
import { sendError } from './send-error.js';
import { requestIdFrom } from './request-id.js';
import { REQUEST_OBSERVERS, type RequestObserver } from './request-observer.js';
import { RouteTable, UNMATCHED } from './route-table.js';

/** nginx's status for a client that closed the connection before it was answered. */
const CLIENT_CLOSED_REQUEST = 499;

/**
 * First on every request's way: gives it an id and a clock, and makes sure that it is counted and
 * logged exactly once, when its response has closed, however that came about.
 */
@Injectable()
export class RequestContextMiddleware implements NestMiddleware<Request, Response> {
  constructor(
    private readonly clock: Clock,
    private readonly routes: RouteTable,
    private readonly active: ActiveRequests,
    private readonly drain: Drain,
    @Inject(REQUEST_OBSERVERS) private readonly observers: readonly RequestObserver[],
  ) {}

  use(request: Request, response: Response, next: NextFunction): void {
    const path = request.path;
    const context = new RequestContext(
      requestIdFrom(request.headers['x-request-id']),
      request.method,
      path,
      this.#endpointOf(path),
      this.clock.now(),
    );
    attachContext(request, context);
    response.setHeader('x-request-id', context.id);
    response.setHeader('x-content-type-options', 'nosniff');
    if (this.drain.phase !== 'serving') {
      response.shouldKeepAlive = false;
    }
    context.interrupt = (error) => {
      sendError(response, error);
    };
    this.active.add(context, response);
    for (const observer of this.observers) {
      observer.requestStarted?.(context);
    }
    response.once('close', () => {
      this.#end(context, request, response);
    });
    if (this.drain.phase === 'closing' && context.endpoint !== undefined) {
      // On a connection that still has a stream running behind it, say: nothing new begins.
      context.error = new ShuttingDownError();
      sendError(response, context.error);
      return;
    }
    next();
  }

  #endpointOf(path: string): string | undefined {
    const route = this.routes.find(path);
    if (route === undefined) {
      return UNMATCHED;
    }
    return route.counted ? route.template : undefined;
  }

  #end(context: RequestContext, request: Request, response: Response): void {
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
