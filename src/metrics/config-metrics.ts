import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import { Gauge } from 'prom-client';
import { Clock } from '../clock/index.js';
import { type ConfigObserver, type ConfigReload, LiveConfig } from '../config/index.js';
import { METRIC } from './metric-definitions.js';

/** Says which configuration is in use, and whether the last one was taken into use. */
@Injectable()
export class ConfigMetrics implements ConfigObserver {
  constructor(
    live: LiveConfig,
    private readonly clock: Clock,
    @InjectMetric(METRIC.configReloadSuccessful) private readonly successful: Gauge,
    @InjectMetric(METRIC.configReloadTime) private readonly time: Gauge,
    @InjectMetric(METRIC.configReloadSuccessTime) private readonly successTime: Gauge,
    @InjectMetric(METRIC.configInfo) private readonly info: Gauge,
  ) {
    // The start counts as a reload: there is always one to tell of.
    this.#loaded(live.current.source.hash);
  }

  configReloaded({ config }: ConfigReload): void {
    this.#loaded(config.source.hash);
  }

  configRefused(): void {
    this.successful.set(0);
    this.time.set(this.#seconds);
  }

  #loaded(hash: string): void {
    this.successful.set(1);
    this.time.set(this.#seconds);
    this.successTime.set(this.#seconds);
    this.info.reset();
    this.info.set({ hash }, 1);
  }

  get #seconds(): number {
    return this.clock.date() / 1000;
  }
}
