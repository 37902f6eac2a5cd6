import {
  makeCounterProvider,
  makeGaugeProvider,
  makeHistogramProvider,
} from '@willsoto/nestjs-prometheus';
import type { Gauge } from 'prom-client';
import { RetryBudget } from '../completions/index.js';
import { ProviderRegistry } from '../providers/index.js';
import { breakerStatesOf } from './breaker-states.js';
import { LateObservations } from './late-observations.js';

/** The names of all metrics of our own; docs/operations.md explains each. */
export const METRIC = {
  requests: 'llm_proxy_requests_total',
  requestDuration: 'llm_proxy_request_duration_seconds',
  activeRequests: 'llm_proxy_active_requests',
  tokens: 'llm_proxy_tokens_total',
  providerHealth: 'llm_proxy_provider_health',
  providerLatency: 'llm_proxy_provider_latency_seconds',
  overhead: 'llm_proxy_overhead_seconds',
  timeToFirstToken: 'llm_proxy_time_to_first_token_seconds',
  outputTokensPerSecond: 'llm_proxy_output_tokens_per_second',
  upstreamAttempts: 'llm_proxy_upstream_attempts_total',
  streamInterruptions: 'llm_proxy_stream_interruptions_total',
  malformedEvents: 'llm_proxy_malformed_events_total',
  clientDisconnects: 'llm_proxy_client_disconnects_total',
  retries: 'llm_proxy_retries_total',
  retryBudgetLeft: 'llm_proxy_retry_budget_left',
  fallbacks: 'llm_proxy_fallbacks_total',
  hedges: 'llm_proxy_hedges_total',
  streamRecoveries: 'llm_proxy_stream_recoveries_total',
  cooldowns: 'llm_proxy_cooldowns_total',
  breakerState: 'llm_proxy_breaker_state',
  breakerTransitions: 'llm_proxy_breaker_transitions_total',
  configReloadSuccessful: 'llm_proxy_config_last_reload_successful',
  configReloadTime: 'llm_proxy_config_last_reload_timestamp_seconds',
  configReloadSuccessTime: 'llm_proxy_config_last_reload_success_timestamp_seconds',
  configInfo: 'llm_proxy_config_info',
} as const;

/** Of a metric that is told late: what waits for it is told when it is collected. */
const TOLD_LATE = {
  inject: [LateObservations],
  collect(this: object, late: LateObservations): void {
    late.settle(this);
  },
};

export const METRIC_PROVIDERS = [
  makeCounterProvider({
    name: METRIC.requests,
    help: 'Requests, counted when they end, however they end (status_code 499: the client left)',
    labelNames: ['method', 'endpoint', 'model', 'provider', 'status_code'],
    ...TOLD_LATE,
  }),
  makeHistogramProvider({
    name: METRIC.requestDuration,
    help: 'Duration of a request until its last byte, in seconds',
    labelNames: ['method', 'endpoint', 'model', 'provider'],
    buckets: [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600],
    ...TOLD_LATE,
  }),
  makeGaugeProvider({
    name: METRIC.activeRequests,
    help: 'Requests that are running now',
    labelNames: ['endpoint'],
    ...TOLD_LATE,
  }),
  makeCounterProvider({
    name: METRIC.tokens,
    help: 'Tokens as providers reported them',
    labelNames: ['model', 'provider', 'token_type'],
    ...TOLD_LATE,
  }),
  makeGaugeProvider({
    name: METRIC.providerHealth,
    help: "Whether the provider's circuit breaker is closed (1) or not (0)",
    labelNames: ['provider'],
    // Of several processes the one that sees it worst: in that one requests do not reach it.
    aggregator: 'min',
    inject: [ProviderRegistry],
    collect(this: Gauge, { providers }: ProviderRegistry): void {
      this.reset();
      for (const { name, health } of providers) {
        this.set({ provider: name }, health.snapshot().state === 'closed' ? 1 : 0);
      }
    },
  }),
  makeHistogramProvider({
    name: METRIC.providerLatency,
    help: "Time until a stream's first content, or any other answer's last byte, in seconds",
    labelNames: ['provider'],
    buckets: [0.1, 0.5, 1, 2, 5, 10, 30],
    ...TOLD_LATE,
  }),
  makeHistogramProvider({
    name: METRIC.overhead,
    help: 'Time the proxy itself added before an answer began, in seconds',
    labelNames: [],
    buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5],
    ...TOLD_LATE,
  }),
  makeHistogramProvider({
    name: METRIC.timeToFirstToken,
    help: "Time from a streamed request to its answer's first content, in seconds",
    labelNames: ['model', 'provider'],
    buckets: [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60],
    ...TOLD_LATE,
  }),
  makeHistogramProvider({
    name: METRIC.outputTokensPerSecond,
    help: 'Completion tokens of a stream by the time from its first content to its end',
    labelNames: ['model', 'provider'],
    buckets: [1, 5, 10, 20, 50, 100, 200, 500, 1000],
    ...TOLD_LATE,
  }),
  makeCounterProvider({
    name: METRIC.upstreamAttempts,
    help: 'Attempts at providers by how they ended',
    labelNames: ['provider', 'outcome'],
    ...TOLD_LATE,
  }),
  makeCounterProvider({
    name: METRIC.streamInterruptions,
    help: 'Streams that broke after they had begun',
    labelNames: ['provider', 'cause'],
    ...TOLD_LATE,
  }),
  makeCounterProvider({
    name: METRIC.malformedEvents,
    help: 'Events of providers that were dropped because their data was not JSON',
    labelNames: ['provider'],
    ...TOLD_LATE,
  }),
  makeCounterProvider({
    name: METRIC.clientDisconnects,
    help: 'Clients that left before their answer was complete',
    labelNames: ['endpoint', 'phase'],
    ...TOLD_LATE,
  }),
  makeCounterProvider({
    name: METRIC.retries,
    help: 'Attempts that were made because an earlier one of the same request and model had failed',
    labelNames: ['provider'],
    ...TOLD_LATE,
  }),
  makeGaugeProvider({
    name: METRIC.retryBudgetLeft,
    help: 'Retries that all requests together could make now',
    inject: [RetryBudget],
    collect(this: Gauge, budget: RetryBudget): void {
      this.set(budget.left);
    },
  }),
  makeCounterProvider({
    name: METRIC.fallbacks,
    help: 'Attempts at a model that stood in for the one that was asked for',
    labelNames: ['from', 'to'],
    ...TOLD_LATE,
  }),
  makeCounterProvider({
    name: METRIC.hedges,
    help: 'Second providers that were asked beside a slow one, by what became of that',
    labelNames: ['provider', 'result'],
    ...TOLD_LATE,
  }),
  makeCounterProvider({
    name: METRIC.streamRecoveries,
    help: 'Streams that broke and were to be taken up again, by what became of that',
    labelNames: ['provider', 'result'],
    ...TOLD_LATE,
  }),
  makeCounterProvider({
    name: METRIC.cooldowns,
    help: 'Rate limits after which a provider was left alone for a while',
    labelNames: ['provider'],
    ...TOLD_LATE,
  }),
  makeGaugeProvider({
    name: METRIC.breakerState,
    help: 'State of a circuit breaker: 0 closed, 1 half-open, 2 open; model "all": the provider\'s',
    labelNames: ['provider', 'model'],
    aggregator: 'max',
    inject: [ProviderRegistry],
    // Read each time: a breaker that is replaced or forgotten announces nothing.
    collect(this: Gauge, { providers }: ProviderRegistry): void {
      this.reset();
      for (const provider of providers) {
        for (const [model, state] of breakerStatesOf(provider)) {
          this.set({ provider: provider.name, model }, state);
        }
      }
    },
  }),
  makeCounterProvider({
    name: METRIC.breakerTransitions,
    help: 'Changes of the state of circuit breakers',
    labelNames: ['provider', 'model', 'to'],
    ...TOLD_LATE,
  }),
  makeGaugeProvider({
    name: METRIC.configReloadSuccessful,
    help: 'Whether the last configuration that was read was taken into use (1) or refused (0)',
    aggregator: 'min',
  }),
  makeGaugeProvider({
    name: METRIC.configReloadTime,
    help: 'When a configuration was last read, in seconds since 1970',
    aggregator: 'max',
  }),
  makeGaugeProvider({
    name: METRIC.configReloadSuccessTime,
    help: 'When the configuration in use was read, in seconds since 1970',
    aggregator: 'min',
  }),
  makeGaugeProvider({
    name: METRIC.configInfo,
    help: 'Always 1; hash is the start of the SHA-256 of the configuration file in use',
    aggregator: 'max',
    labelNames: ['hash'],
  }),
];
