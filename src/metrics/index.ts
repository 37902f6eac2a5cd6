export { AttemptMetrics } from './attempt-metrics.js';
export { ConfigMetrics } from './config-metrics.js';
export { HealthMetrics } from './health-metrics.js';
export { metricSnapshots } from './metric-snapshots.js';
export { METRICS_ROUTES } from './metrics-routes.js';
export { MetricsInterceptor } from './metrics.interceptor.js';
export { MetricsModule } from './metrics.module.js';
export { RequestMetrics } from './request-metrics.js';
