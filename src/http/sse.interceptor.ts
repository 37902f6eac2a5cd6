import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { Observable } from 'rxjs';
import { Clock } from '../clock/index.js';
import { REPLIES } from './replies.decorator.js';
import type { ReplyPart } from './reply.js';
import { ReplyWriter } from './reply-writer.js';
import { contextOf } from './request-context.js';

/**
 * Maps a controller's Observable of reply parts to the HTTP response: one JSON body, or
 * server-sent events (WHATWG HTML section 9.2). It owns the response: status and headers are not
 * committed before the first part is there, so a late refusal is still a real 4xx or 5xx. When the
 * client leaves, the subscription to the parts ends, and that cancels the provider's call.
 */
@Injectable()
export class SseInterceptor implements NestInterceptor<ReplyPart, unknown> {
  constructor(
    private readonly reflector: Reflector,
    private readonly clock: Clock,
  ) {}

  intercept(execution: ExecutionContext, next: CallHandler<ReplyPart>): Observable<unknown> {
    const replies: unknown = this.reflector.get(REPLIES, execution.getHandler());
    return replies === true ? this.#write(execution, next) : next.handle();
  }

  #write(execution: ExecutionContext, next: CallHandler<ReplyPart>): Observable<undefined> {
    const http = execution.switchToHttp();
    const context = contextOf(http.getRequest<Request>());
    const response = http.getResponse<Response>();
    return new Observable((subscriber) => {
      const writer = new ReplyWriter(response, context, {
        answered: () => {
          subscriber.next(undefined);
          subscriber.complete();
        },
        failed: (error) => {
          subscriber.error(error);
        },
        now: () => this.clock.now(),
      });
      const subscription = next.handle().subscribe(writer);
      context.owner = {
        abandon: () => {
          subscription.unsubscribe();
        },
        interrupt: (error) => {
          if (writer.isOver) {
            return;
          }
          context.error = error;
          context.interrupted = context.respondedAt !== undefined;
          subscription.unsubscribe();
          writer.error(error);
        },
      };
      // With the beginning of a stream Nest's part is over: it need not hold all that it holds of a
      // request, nor pass each batch on. From then on the end of the response ends the subscription.
      return () => {
        if (!writer.isStreaming) {
          subscription.unsubscribe();
        }
      };
    });
  }
}
