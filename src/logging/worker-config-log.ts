import { Injectable } from '@nestjs/common';
import type { ConfigReload } from '../config/index.js';
import { ConfigLog } from './config-log.js';

/** One worker of several: it says only what the process that reads the files cannot say. */
@Injectable()
export class WorkerConfigLog extends ConfigLog {
  override configReloaded({ config }: ConfigReload): void {
    this.follow(config);
  }
}
