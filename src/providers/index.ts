export { type AttemptOutcome, OUTCOMES } from './outcomes/attempt-outcome.js';
export { outcomeOfStatus } from './outcomes/classify.js';
export { Provider } from './provider.js';
export { ProviderRegistry } from './provider-registry.js';
export { ProvidersModule } from './providers.module.js';
export {
  ProbeError,
  type Upstream,
  type UpstreamCall,
  type UpstreamExchange,
  UpstreamFailure,
  type UpstreamListener,
} from './upstream/upstream.js';
