import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import type { DestinationStream } from 'pino';
import { type Clock, ClockModule } from './clock/index.js';
import {
  ATTEMPT_OBSERVERS,
  ATTEMPT_TRACER,
  COMPLETION_ROUTES,
  CompletionsModule,
} from './completions/index.js';
import {
  CONFIG_OBSERVERS,
  type ConfigLoader,
  ConfigModule,
  LiveConfig,
  type ProxyConfig,
  ReloadModule,
  type TraceSettings,
} from './config/index.js';
import { HEALTH_ROUTES, HealthModule } from './health/index.js';
import {
  ActiveRequests,
  ErrorFilter,
  HttpModule,
  MasterKeyGuard,
  REQUEST_OBSERVERS,
  RouteTable,
  SseInterceptor,
} from './http/index.js';
import { AccessLog, AttemptLog, ConfigLog, HealthLog, LoggingModule } from './logging/index.js';
import {
  AttemptMetrics,
  ConfigMetrics,
  HealthMetrics,
  METRICS_ROUTES,
  MetricsInterceptor,
  MetricsModule,
  RequestMetrics,
} from './metrics/index.js';
import { MODEL_ROUTES, ModelsModule } from './models/index.js';
import { PORTAL_ROUTES, PortalModule } from './portal/index.js';
import { HEALTH_OBSERVERS, ProvidersModule, RunningRequests } from './providers/index.js';
import { type Random, RandomModule } from './random/index.js';
import { TRACING, type Tracing, TracingModule } from './tracing/index.js';
import type { WorkerLink } from './workers/index.js';

/** What the program gives the application, and what a test puts in place of the real thing. */
export interface ApplicationOptions {
  /** What has read the configuration and can read it again; without it, it stays as it is. */
  readonly loader?: ConfigLoader;
  /** Where log lines go instead of standard output. */
  readonly logDestination?: DestinationStream;
  /** The time, instead of the machine's. */
  readonly clock?: Clock;
  /** Chance, instead of the engine's. */
  readonly random?: Random;
  /** The line to the other workers, in one of several. */
  readonly worker?: WorkerLink;
  /** How requests are traced; without it they are not. */
  readonly traces?: TraceSettings | undefined;
}

const ROUTES = [
  ...COMPLETION_ROUTES,
  ...MODEL_ROUTES,
  ...HEALTH_ROUTES,
  ...METRICS_ROUTES,
  ...PORTAL_ROUTES,
];

/**
 * The whole proxy. The way of a request, outermost first: the request context (application.ts),
 * then what stands in this order below, and back out through the filter.
 */
@Module({})
export class AppModule {
  static forRoot(config: ProxyConfig, options: ApplicationOptions = {}): DynamicModule {
    return {
      module: AppModule,
      global: true,
      imports: [
        ConfigModule.forRoot(config),
        LoggingModule.forRoot(config, {
          destination: options.logDestination,
          worker: options.worker?.number,
        }),
        ClockModule.forRoot(options.clock),
        RandomModule.forRoot(options.random),
        ReloadModule.forRoot(options.loader),
        HttpModule,
        ProvidersModule,
        CompletionsModule,
        ModelsModule,
        HealthModule,
        MetricsModule.forRoot(options.worker),
        TracingModule.forRoot(options.traces, options.worker?.number),
        PortalModule,
      ],
      providers: [
        // Before the body is read: an unknown caller costs nothing.
        { provide: APP_GUARD, useClass: MasterKeyGuard },
        // Outermost of the interceptors: it owns the response.
        { provide: APP_INTERCEPTOR, useClass: SseInterceptor },
        // Inside it: sees every reply and every error before they become bytes.
        { provide: APP_INTERCEPTOR, useClass: MetricsInterceptor },
        // The one road out for errors.
        { provide: APP_FILTER, useClass: ErrorFilter },
        {
          provide: RouteTable,
          useFactory: (live: LiveConfig) =>
            new RouteTable(ROUTES, () => live.current.server.portal),
          inject: [LiveConfig],
        },
        {
          provide: REQUEST_OBSERVERS,
          useFactory: (metrics: RequestMetrics, log: AccessLog, tracing?: Tracing) =>
            tracing === undefined ? [metrics, log] : [tracing.requests, metrics, log],
          inject: [RequestMetrics, AccessLog, TRACING],
        },
        {
          provide: ATTEMPT_OBSERVERS,
          useFactory: (metrics: AttemptMetrics, log: AttemptLog) => [metrics, log],
          inject: [AttemptMetrics, AttemptLog],
        },
        {
          provide: ATTEMPT_TRACER,
          useFactory: (tracing?: Tracing) => tracing?.attempts,
          inject: [TRACING],
        },
        {
          provide: HEALTH_OBSERVERS,
          useFactory: (metrics: HealthMetrics, log: HealthLog) => [metrics, log],
          inject: [HealthMetrics, HealthLog],
        },
        {
          provide: CONFIG_OBSERVERS,
          useFactory: (metrics: ConfigMetrics, log: ConfigLog) => [metrics, log],
          inject: [ConfigMetrics, ConfigLog],
        },
        { provide: RunningRequests, useExisting: ActiveRequests },
      ],
      exports: [
        RouteTable,
        REQUEST_OBSERVERS,
        ATTEMPT_OBSERVERS,
        ATTEMPT_TRACER,
        HEALTH_OBSERVERS,
        CONFIG_OBSERVERS,
        RunningRequests,
      ],
    };
  }
}
