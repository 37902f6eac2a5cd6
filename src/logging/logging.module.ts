import { type DynamicModule, Global, Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import type { ProxyConfig } from '../config/index.js';
import { AccessLog } from './access-log.js';
import { AttemptLog } from './attempt-log.js';
import { ConfigLog } from './config-log.js';
import { HealthLog } from './health-log.js';
import { NestLogger } from './nest-logger.js';
import { type LoggerPlace, createLogger } from './logger-options.js';
import { WorkerConfigLog } from './worker-config-log.js';

@Global()
@Module({})
export class LoggingModule {
  static forRoot(config: ProxyConfig, place: LoggerPlace = {}): DynamicModule {
    const logger = createLogger(config, place);
    return {
      module: LoggingModule,
      imports: [
        LoggerModule.forRoot({
          // Wrapped serializers would hand on all of an error that logger-options.ts leaves out.
          pinoHttp: { logger, wrapSerializers: false },
          // A request has one line, written by AccessLog when it is over; nestjs-pino's middleware
          // would add a child logger and an AsyncLocalStorage to each.
          forRoutes: [],
        }),
      ],
      providers: [
        AccessLog,
        AttemptLog,
        { provide: ConfigLog, useClass: place.worker === undefined ? ConfigLog : WorkerConfigLog },
        HealthLog,
        NestLogger,
      ],
      exports: [AccessLog, AttemptLog, ConfigLog, HealthLog, NestLogger],
    };
  }
}
