import { type DynamicModule, Global, Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import pino, { type DestinationStream } from 'pino';
import type { ProxyConfig } from '../config/index.js';
import { AccessLog } from './access-log.js';
import { AttemptLog } from './attempt-log.js';
import { ConfigLog } from './config-log.js';
import { HealthLog } from './health-log.js';
import { NestLogger } from './nest-logger.js';
import { logDestination, loggerOptions } from './logger-options.js';

@Global()
@Module({})
export class LoggingModule {
  /** @param destination - where lines go instead of standard output, for tests */
  static forRoot(config: ProxyConfig, destination?: DestinationStream): DynamicModule {
    const logger = pino(loggerOptions(config), destination ?? logDestination(config));
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
      providers: [AccessLog, AttemptLog, ConfigLog, HealthLog, NestLogger],
      exports: [AccessLog, AttemptLog, ConfigLog, HealthLog, NestLogger],
    };
  }
}
