import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { AttemptSummary, RequestContext, RequestObserver } from '../http/index.js';

/** One line a request, when it is over. It never holds a header, a prompt or an answer. */
@Injectable()
export class AccessLog implements RequestObserver {
  constructor(private readonly logger: PinoLogger) {}

  requestEnded(context: RequestContext): void {
    if (context.endpoint === undefined) {
      return;
    }
    const line = lineOf(context);
    if (context.status >= 500 || context.interrupted) {
      this.logger.warn(line, 'request');
    } else {
      this.logger.info(line, 'request');
    }
  }
}

/** @returns the fields of a request's line; times in ms. What is unknown is left out. */
function lineOf(context: RequestContext): object {
  const { usage, firstTokenAt, startedAt, upstreamTime, provider } = context;
  return {
    requestId: context.id,
    traceId: context.traceId,
    method: context.method,
    // A path that no route knows may hold anything; its label says enough.
    endpoint: context.endpoint,
    model: context.model,
    servedModel: context.servedModel === context.model ? undefined : context.servedModel,
    upstreamModel: context.upstreamModel,
    provider,
    attempts: context.attempts.length === 0 ? undefined : context.attempts.map(summaryOf),
    recovery: context.recovery,
    status: context.status,
    ending: context.ending,
    error: context.errorCode,
    streamed: context.model === undefined ? undefined : context.streamed,
    durationMs: round(context.duration),
    upstreamMs: provider === undefined ? undefined : round(upstreamTime),
    firstTokenMs: firstTokenAt === undefined ? undefined : round(firstTokenAt - startedAt),
    promptTokens: usage?.promptTokens,
    completionTokens: usage?.completionTokens,
    totalTokens: usage?.totalTokens,
  };
}

function summaryOf({ provider, outcome, duration }: AttemptSummary): object {
  return { provider, outcome, ms: round(duration) };
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
