import { Catch, HttpException, Logger, NotFoundException } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import {
  InternalError,
  MalformedRequestError,
  MethodNotAllowedError,
  ProxyError,
  UnknownUrlError,
} from '../errors/index.js';
import { contextOf } from './request-context.js';
import { RouteTable } from './route-table.js';
import { sendError } from './send-error.js';

/** The one road out for errors: whatever was thrown leaves in OpenAI's format. */
@Catch()
export class ErrorFilter implements ExceptionFilter<unknown> {
  readonly #logger = new Logger(ErrorFilter.name);

  constructor(private readonly routes: RouteTable) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const error = this.#toProxyError(exception, request);
    const context = contextOf(request);
    context.error = error;
    if (error instanceof InternalError) {
      this.#logger.error({ msg: 'internal error', requestId: context.id, err: error.cause });
    }
    sendError(response, error);
  }

  #toProxyError(exception: unknown, request: Request): ProxyError {
    if (exception instanceof ProxyError) {
      return exception;
    }
    if (exception instanceof NotFoundException) {
      return this.#toRoutingError(request);
    }
    if (exception instanceof HttpException && exception.getStatus() < 500) {
      return new MalformedRequestError(exception.getStatus());
    }
    return new InternalError(exception);
  }

  #toRoutingError({ method, path }: Request): ProxyError {
    const route = this.routes.find(path, method);
    if (route === undefined) {
      return new UnknownUrlError(method, path);
    }
    const allowed = route.method === 'GET' ? ['GET', 'HEAD'] : [route.method];
    return new MethodNotAllowedError(method, path, allowed);
  }
}
