import { type DynamicModule, Global, Module } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { AttemptMetrics } from './attempt-metrics.js';
import { ConfigMetrics } from './config-metrics.js';
import { HealthMetrics } from './health-metrics.js';
import { METRIC_PROVIDERS } from './metric-definitions.js';
import { LateObservations } from './late-observations.js';
import { MetricsPage, type MetricsPeers } from './metrics-page.js';
import { MetricsController } from './metrics.controller.js';
import { ModelLabels } from './model-labels.js';
import { ReplyMetrics } from './reply-metrics.js';
import { RequestMetrics } from './request-metrics.js';

@Global()
@Module({
  imports: [PrometheusModule.register({ controller: MetricsController })],
  providers: [
    ...METRIC_PROVIDERS,
    LateObservations,
    ModelLabels,
    RequestMetrics,
    ReplyMetrics,
    AttemptMetrics,
    ConfigMetrics,
    HealthMetrics,
  ],
  exports: [RequestMetrics, ReplyMetrics, AttemptMetrics, ConfigMetrics, HealthMetrics],
})
export class MetricsModule {
  /** @param peers - the other processes of the proxy; undefined: this one is all of it */
  static forRoot(peers?: MetricsPeers): DynamicModule {
    const page = { provide: MetricsPage, useValue: new MetricsPage(peers) };
    return { module: MetricsModule, providers: [page], exports: [MetricsPage] };
  }
}
