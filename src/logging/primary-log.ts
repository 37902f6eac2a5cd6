import { PinoLogger } from 'nestjs-pino';
import type { ConfigObserver, ProxyConfig } from '../config/index.js';
import type { LostWorker } from '../workers/index.js';
import { ConfigLog } from './config-log.js';
import { createLogger } from './logger-options.js';

/** The log of a process whose workers serve: what concerns all of them, told once. */
export class PrimaryLog {
  /** Says what became of a changed configuration. */
  readonly configuration: ConfigObserver;

  constructor(private readonly logger: PinoLogger) {
    this.configuration = new ConfigLog(logger);
  }

  static of(config: ProxyConfig): PrimaryLog {
    const logger = createLogger(config, { isShared: true });
    return new PrimaryLog(new PinoLogger({ pinoHttp: { logger } }));
  }

  listening(fields: object): void {
    this.logger.info(fields, 'llm-proxy is listening');
  }

  warn(words: string): void {
    this.logger.warn(words);
  }

  workerLost({ worker, pid, ending, reason, replacedIn }: LostWorker): void {
    const how = 'code' in ending ? `exit code ${ending.code}` : ending.signal;
    this.logger.error(
      { worker, pid, ...ending, reason, replacedInMs: replacedIn },
      `worker ${worker} ended by itself (${how}): another takes its place`,
    );
  }

  workerReplaced(worker: number, pid: number | undefined): void {
    this.logger.info({ worker, pid }, `worker ${worker} serves again`);
  }
}
