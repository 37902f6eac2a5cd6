import { Global, Module } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { ExpressAdapter } from '@nestjs/platform-express';
import { ActiveRequests } from './active-requests.js';
import { Drain } from './drain.js';
import { RequestContextMiddleware } from './request-context.middleware.js';

@Global()
@Module({
  providers: [ActiveRequests, Drain, RequestContextMiddleware],
  exports: [ActiveRequests, Drain, RequestContextMiddleware],
})
export class HttpModule implements BeforeApplicationShutdown {
  constructor(
    private readonly adapterHost: HttpAdapterHost<ExpressAdapter>,
    private readonly drain: Drain,
  ) {}

  beforeApplicationShutdown(): Promise<void> {
    return this.drain.run(this.adapterHost.httpAdapter.getHttpServer());
  }
}
