import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { HealthChange, HealthObserver, ObservedProvider } from '../providers/index.js';

/** Says when a provider, or one of its models, is taken out, and when it is back. */
@Injectable()
export class HealthLog implements HealthObserver {
  constructor(private readonly logger: PinoLogger) {}

  healthChanged({ name: provider }: ObservedProvider, change: HealthChange): void {
    const { model, from, to, openFor } = change;
    const line = { provider, model, from, to, openForMs: to === 'open' ? openFor : undefined };
    const who = model === undefined ? `provider ${provider}` : `a model of provider ${provider}`;
    switch (to) {
      case 'open':
        this.logger.warn(line, `${who} is taken out: its circuit breaker opened`);
        break;
      case 'half_open':
        this.logger.info(line, `${who} is tried again`);
        break;
      case 'closed':
        this.logger.info(line, `${who} is back`);
    }
  }
}
