import { Injectable } from '@nestjs/common';
import type { PipeTransform } from '@nestjs/common';
import type { Request } from 'express';
import { Clock } from '../clock/index.js';
import { LiveConfig } from '../config/index.js';
import { contextOf, readBody } from '../http/index.js';
import { type CompletionRequest, parseCompletionRequest } from './completion-request.js';

/**
 * Reads a request's body, after the guard: Nest's own body parser, as middleware, would read it for
 * every caller.
 */
@Injectable()
export class CompletionRequestPipe implements PipeTransform<Request, Promise<CompletionRequest>> {
  constructor(
    private readonly config: LiveConfig,
    private readonly clock: Clock,
  ) {}

  async transform(request: Request): Promise<CompletionRequest> {
    const context = contextOf(request);
    const startedAt = this.clock.now();
    const bytes = await readBody(request, this.config.current.server.bodyLimit);
    context.bodyReadAt = this.clock.now();
    context.uploadTime = context.bodyReadAt - startedAt;
    return parseCompletionRequest(bytes);
  }
}
