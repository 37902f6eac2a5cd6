export {
  ATTEMPT_OBSERVERS,
  type AttemptObserver,
  type AttemptReport,
} from './attempt/attempt-observer.js';
export { CompletionsModule } from './completions.module.js';
export { COMPLETION_ROUTES } from './completion-routes.js';
