import { Global, Module } from '@nestjs/common';
import { Clock } from '../clock/index.js';
import { LiveConfig } from '../config/index.js';
import { CompletionsController } from './completions.controller.js';
import { CompletionsService } from './completions.service.js';
import { RetryBudget } from './retry/retry-budget.js';

@Global()
@Module({
  controllers: [CompletionsController],
  providers: [
    CompletionsService,
    {
      provide: RetryBudget,
      useFactory: (live: LiveConfig, clock: Clock) => new RetryBudget(clock, live.current.retry),
      inject: [LiveConfig, Clock],
    },
  ],
  exports: [RetryBudget],
})
export class CompletionsModule {}
