import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Request } from 'express';
import { Observable } from 'rxjs';
import { Clock } from '../clock/index.js';
import { contextOf } from '../http/index.js';
import { ReplyMetrics } from './reply-metrics.js';

/**
 * Stands inside the SSE interceptor and sees the end of every reply: complete, failed, or given up
 * because the client left. What guards refuse and routes do not know never comes by here; it is
 * counted where the response closes (RequestMetrics).
 */
@Injectable()
export class MetricsInterceptor implements NestInterceptor {
  constructor(
    private readonly metrics: ReplyMetrics,
    private readonly clock: Clock,
  ) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const context = contextOf(execution.switchToHttp().getRequest<Request>());
    if (context.endpoint === undefined) {
      return next.handle();
    }
    return new Observable((subscriber) => {
      const reply = next.handle().subscribe({
        next: (part) => {
          subscriber.next(part);
        },
        error: (error) => {
          subscriber.error(error);
        },
        complete: () => {
          subscriber.complete();
        },
      });
      // A teardown runs exactly once, whichever way the reply ends. When the client left, giving the
      // reply up comes first: it ends the provider's call, which then tells what it has counted.
      // (What Nest subscribes to late would be given up late, were the subscriber itself handed on.)
      return () => {
        reply.unsubscribe();
        this.metrics.replyEnded(context, this.clock.now());
      };
    });
  }
}
