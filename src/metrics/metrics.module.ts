import { Global, Module } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { AttemptMetrics } from './attempt-metrics.js';
import { ConfigMetrics } from './config-metrics.js';
import { HealthMetrics } from './health-metrics.js';
import { METRIC_PROVIDERS } from './metric-definitions.js';
import { MetricsController } from './metrics.controller.js';
import { ModelLabels } from './model-labels.js';
import { ReplyMetrics } from './reply-metrics.js';
import { RequestMetrics } from './request-metrics.js';

@Global()
@Module({
  imports: [PrometheusModule.register({ controller: MetricsController })],
  providers: [
    ...METRIC_PROVIDERS,
    ModelLabels,
    RequestMetrics,
    ReplyMetrics,
    AttemptMetrics,
    ConfigMetrics,
    HealthMetrics,
  ],
  exports: [RequestMetrics, ReplyMetrics, AttemptMetrics, ConfigMetrics, HealthMetrics],
})
export class MetricsModule {}
