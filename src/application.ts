import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { AppModule, type ApplicationOptions } from './app.module.js';
import type { ProxyConfig } from './config/index.js';
import { ActiveRequests, RequestContextMiddleware, configureServer } from './http/index.js';
import { NestLogger } from './logging/index.js';

/** Headers of ours that a web page may read. */
const EXPOSED_HEADERS = ['x-request-id', 'x-upstream-request-id', 'retry-after'];

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
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.forRoot(config, options),
    new ExpressAdapter(),
    // Nest's body parser would read the body of every caller, known or not.
    { bodyParser: false, bufferLogs: true },
  );
  app.useLogger(app.get(NestLogger));
  for (const feature of UNUSED_FEATURES) {
    app.disable(feature);
  }
  configureServer(app.getHttpServer(), app.get(ActiveRequests));

  const context = app.get(RequestContextMiddleware);
  app.use(context.use.bind(context));
  if (config.server.cors !== false) {
    const { origins } = config.server.cors;
    app.enableCors({
      origin: origins === '*' ? '*' : [...origins],
      exposedHeaders: EXPOSED_HEADERS,
      maxAge: 86_400,
    });
  }
  return app;
}
