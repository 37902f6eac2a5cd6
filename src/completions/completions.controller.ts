import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Observable } from 'rxjs';
import { Replies, type ReplyPart, contextOf } from '../http/index.js';
import type { CompletionRequest } from './completion-request.js';
import { CompletionRequestPipe } from './completion-request.pipe.js';
import { CompletionsService } from './completions.service.js';
import { ENDPOINTS, endpointNamed } from './endpoints.js';
import { IncomingRequest } from './incoming-request.decorator.js';

/** All endpoints that pass a request on to a provider. */
@Controller()
export class CompletionsController {
  constructor(private readonly completions: CompletionsService) {}

  /** @param _response - taken so that Nest leaves writing it to the SSE interceptor */
  @Post(ENDPOINTS.flatMap(({ paths }) => paths))
  @HttpCode(200)
  @Replies()
  complete(
    @IncomingRequest(CompletionRequestPipe) request: CompletionRequest,
    @Req() incoming: Request,
    @Res() _response: Response,
  ): Observable<ReplyPart> {
    const context = contextOf(incoming);
    const endpoint = endpointNamed(context.endpoint);
    return this.completions.complete({ endpoint, request, headers: incoming.headers }, context);
  }
}
