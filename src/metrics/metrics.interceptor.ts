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
      // The subscriber itself, so that no part of the reply passes through hands of ours.
      next.handle().subscribe(subscriber);
      // A teardown runs exactly once, whichever way the reply ends. When the client left, that of the
      // reply comes first: it ends the provider's call, which then tells what it has counted.
      return () => {
        this.metrics.replyEnded(context, this.clock.now());
      };
    });
  }
}
