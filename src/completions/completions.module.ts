import { Global, Module } from '@nestjs/common';
import { Clock } from '../clock/index.js';
import { PROXY_CONFIG, type ProxyConfig } from '../config/index.js';
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
      useFactory: ({ retry }: ProxyConfig, clock: Clock) => new RetryBudget(clock, retry),
      inject: [PROXY_CONFIG, Clock],
    },
  ],
  exports: [RetryBudget],
})
export class CompletionsModule {}
