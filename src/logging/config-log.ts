import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import {
  ConfigError,
  type ConfigObserver,
  type ConfigProblem,
  type ConfigReload,
  type ProxyConfig,
} from '../config/index.js';

/** Says what became of a changed configuration, by the names of settings; and follows its level. */
@Injectable()
export class ConfigLog implements ConfigObserver {
  constructor(private readonly logger: PinoLogger) {}

  configReloaded({ config, changed, waiting }: ConfigReload): void {
    this.follow(config);
    this.logger.info({ changed, hash: config.source.hash }, 'configuration reloaded');
    if (waiting.length > 0) {
      this.logger.warn({ keys: waiting }, `a restart is needed to change ${waiting.join(', ')}`);
    }
  }

  /** Writes as much as this configuration has it. */
  protected follow({ logging }: ProxyConfig): void {
    this.logger.logger.level = logging.level;
  }

  configRefused(problems: readonly ConfigProblem[]): void {
    for (const problem of problems) {
      const words = new ConfigError([problem]).format();
      this.logger.error(`configuration refused, the old one stays: ${words}`);
    }
  }
}
