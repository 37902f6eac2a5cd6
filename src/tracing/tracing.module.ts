import {
  type DynamicModule,
  Global,
  Inject,
  Logger,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Clock } from '../clock/index.js';
import type { TraceSettings } from '../config/index.js';
import { openTracing } from './open-tracing.js';
import { TRACING, type Tracing } from './tracing.js';

const SETTINGS = Symbol('trace settings');
const IS_FIRST = Symbol('whether it is the first, or only, worker');
const logger = new Logger('TracingModule');

@Global()
@Module({})
export class TracingModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(TRACING) private readonly tracing: Tracing | undefined,
    @Inject(SETTINGS) private readonly settings: TraceSettings | undefined,
    @Inject(IS_FIRST) private readonly isFirst: boolean,
  ) {}

  /**
   * @param settings - undefined: nothing is traced, and nothing is loaded for it
   * @param worker - which of several workers this is, from 1: the first one speaks for all
   */
  static forRoot(settings: TraceSettings | undefined, worker = 1): DynamicModule {
    return {
      module: TracingModule,
      providers: [
        { provide: SETTINGS, useValue: settings },
        { provide: IS_FIRST, useValue: worker === 1 },
        {
          provide: TRACING,
          useFactory: (clock: Clock) =>
            settings &&
            openTracing(settings, clock, (words) => {
              logger.warn(words);
            }),
          inject: [Clock],
        },
      ],
      exports: [TRACING],
    };
  }

  onApplicationBootstrap(): void {
    if (this.settings !== undefined && this.isFirst) {
      const { origin, sampling } = this.settings;
      logger.log({ msg: 'traces are exported', to: origin, ...sampling });
    }
  }

  /** After the drain: the last request's spans are there. */
  async onApplicationShutdown(): Promise<void> {
    await this.tracing?.stop();
  }
}
