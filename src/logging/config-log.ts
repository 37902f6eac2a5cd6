import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import {
  ConfigError,
  type ConfigObserver,
  type ConfigProblem,
  type ConfigReload,
} from '../config/index.js';

/** Says what became of a changed configuration, by the names of settings; and follows its level. */
@Injectable()
export class ConfigLog implements ConfigObserver {
  constructor(private readonly logger: PinoLogger) {}

  configReloaded({ config, changed, waiting }: ConfigReload): void {
    this.logger.logger.level = config.logging.level;
    this.logger.info({ changed, hash: config.source.hash }, 'configuration reloaded');
    if (waiting.length > 0) {
      this.logger.warn({ keys: waiting }, `a restart is needed to change ${waiting.join(', ')}`);
    }
  }

  configRefused(problems: readonly ConfigProblem[]): void {
    for (const problem of problems) {
      const words = new ConfigError([problem]).format();
      this.logger.error(`configuration refused, the old one stays: ${words}`);
    }
  }
}
