export { type AttemptOutcome, healthVerdict, outcomeOfStatus } from './attempt-outcome.js';
export { Provider } from './provider.js';
export { ProviderRegistry } from './provider-registry.js';
export { ProvidersModule } from './providers.module.js';
export { RunningRequests } from './running-requests.js';
export {
  ProbeError,
  type Upstream,
  type UpstreamCall,
  type UpstreamExchange,
  UpstreamFailure,
  type UpstreamListener,
} from './upstream/upstream.js';
