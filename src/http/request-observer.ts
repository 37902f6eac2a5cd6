import type { IncomingMessage } from 'node:http';
import type { RequestContext } from './request-context.js';

/** Told of every request at its start and, exactly once, at its end, however it ends. */
export interface RequestObserver {
  requestStarted?(context: RequestContext, request: IncomingMessage): void;
  requestEnded(context: RequestContext): void;
}

/** Token of the list of observers, see app.module.ts. */
export const REQUEST_OBSERVERS = Symbol('request observers');
