import { Global, Logger, Module } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { ExpressAdapter } from '@nestjs/platform-express';
import { ActiveRequests } from './active-requests.js';
import { Drain } from './drain.js';
import { RequestEntrance } from './request-entrance.js';

@Global()
@Module({
  providers: [ActiveRequests, Drain, RequestEntrance],
  exports: [ActiveRequests, Drain, RequestEntrance],
})
export class HttpModule implements BeforeApplicationShutdown {
  readonly #logger = new Logger(HttpModule.name);

  constructor(
    private readonly adapterHost: HttpAdapterHost<ExpressAdapter>,
    private readonly drain: Drain,
    private readonly active: ActiveRequests,
  ) {}

  beforeApplicationShutdown(): Promise<void> {
    const running = this.active.count;
    this.#logger.log({
      msg: 'shutting down when what runs has finished; a second signal ends it at once',
      running,
    });
    return this.drain.run(this.adapterHost.httpAdapter.getHttpServer());
  }
}
