export { type AttemptOutcome, OUTCOMES } from './outcomes/attempt-outcome.js';
export { outcomeOf } from './outcomes/classify.js';
export { hiddenRefusalFrom, refusalFrom } from './outcomes/read-refusal.js';
export type { Refusal } from './outcomes/refusal.js';
export { requestedWait } from './outcomes/requested-wait.js';
export { Provider } from './provider.js';
export { ProviderRegistry } from './provider-registry.js';
export { ProvidersModule } from './providers.module.js';
export { type Affinity, DEFAULT_ROUTING } from './routing/routing-strategy.js';
export {
  ProbeError,
  type Upstream,
  type UpstreamCall,
  type UpstreamExchange,
  UpstreamFailure,
  type UpstreamListener,
} from './upstream/upstream.js';
