import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { AppModule, type ApplicationOptions } from './app.module.js';
import { LiveConfig, type ProxyConfig } from './config/index.js';
import { corsOf } from './cors.js';
import { ActiveRequests, RequestContextMiddleware, configureServer } from './http/index.js';
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
  app.enableCors(corsOf(app.get(LiveConfig)));
  return app;
}
