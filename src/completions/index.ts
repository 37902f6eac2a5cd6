export {
  ATTEMPT_OBSERVERS,
  type AttemptObserver,
  type AttemptReport,
} from './attempt/attempt-observer.js';
export {
  ATTEMPT_TRACER,
  type AttemptBeginning,
  type AttemptEnding,
  type AttemptTrace,
  type AttemptTracer,
} from './attempt/attempt-tracer.js';
export { parseCompletionRequest } from './completion-request.js';
export { CompletionsService } from './completions.service.js';
export { ENDPOINTS, endpointNamed } from './endpoints.js';
export { RetryBudget } from './retry/retry-budget.js';
export { CompletionsModule } from './completions.module.js';
export { COMPLETION_ROUTES } from './completion-routes.js';
