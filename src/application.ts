import type { RequestListener } from 'node:http';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { AppModule, type ApplicationOptions } from './app.module.js';
import { LiveConfig, type ProxyConfig } from './config/index.js';
import { corsOf } from './cors.js';
import { ActiveRequests, RequestEntrance, configureServer } from './http/index.js';
import { NestLogger } from './logging/index.js';

/** Express features that cost every request and do nothing for an API. */
const UNUSED_FEATURES = ['etag', 'x-powered-by', 'query parser'];

/**
 * Builds the application, ready to listen. The order of what follows is the order in which a
 * request meets it, before Nest's own guard, interceptors, pipe and handler.
 */
export async function createApplication(
  config: ProxyConfig,
  options: ApplicationOptions = {},
): Promise<NestExpressApplication> {
  const express = new ExpressAdapter();
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.forRoot(config, options),
    express,
    // Nest's body parser would read the body of every caller, known or not.
    { bodyParser: false, bufferLogs: true },
  );
  app.useLogger(app.get(NestLogger));
  for (const feature of UNUSED_FEATURES) {
    app.disable(feature);
  }
  const server = app.getHttpServer();
  configureServer(server, app.get(ActiveRequests));

  // Before Express, which answers by itself where it cannot make sense of a request.
  const entrance = app.get(RequestEntrance);
  server.removeAllListeners('request');
  server.on('request', entrance.before(express.getInstance<RequestListener>()));
  app.enableCors(corsOf(app.get(LiveConfig)));
  // Behind CORS, or a web page could not read why it is refused.
  app.use(entrance.refuseWhileClosing);
  return app;
}
