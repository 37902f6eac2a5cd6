export {
  type HealthChange,
  type HealthPermit,
  type HealthSnapshot,
  ProviderHealth,
} from './breaker/provider-health.js';
export { HEALTH_OBSERVERS, type HealthObserver, type ObservedProvider } from './health-observer.js';
export { type AttemptOutcome, OUTCOMES, type Remedy } from './outcomes/attempt-outcome.js';
export { outcomeOf } from './outcomes/classify.js';
export { hiddenRefusalFrom, refusalFrom } from './outcomes/read-refusal.js';
export type { Refusal } from './outcomes/refusal.js';
export { requestedWait } from './outcomes/requested-wait.js';
export { Provider } from './provider.js';
export { type ModelRoute, ProviderRegistry } from './provider-registry.js';
export { ProvidersModule } from './providers.module.js';
export { RunningRequests } from './running-requests.js';
export {
  ProbeError,
  type TraceContext,
  type Upstream,
  type UpstreamCall,
  type UpstreamExchange,
  UpstreamFailure,
  type UpstreamListener,
} from './upstream/upstream.js';
