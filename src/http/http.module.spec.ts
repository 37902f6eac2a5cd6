import { createServer } from 'node:http';
import { describe, expect, it, jest } from '@jest/globals';
import type { HttpAdapterHost } from '@nestjs/core';
import type { ExpressAdapter } from '@nestjs/platform-express';
import { ActiveRequests } from './active-requests.js';
import type { Drain } from './drain.js';
import { HttpModule } from './http.module.js';

describe('HttpModule', () => {
  it('has the shutdown wait until the server is drained', async () => {
    const server = createServer();
    const run = jest.fn<Drain['run']>().mockResolvedValue();
    const host = { httpAdapter: { getHttpServer: () => server } };
    const module = new HttpModule(
      host as unknown as HttpAdapterHost<ExpressAdapter>,
      { run } as unknown as Drain,
      new ActiveRequests(),
    );

    await module.beforeApplicationShutdown();

    expect(run.mock.calls).toStrictEqual([[server]]);
  });
});
