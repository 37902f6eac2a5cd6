export { ActiveRequests } from './active-requests.js';
export { Drain, type DrainPhase } from './drain.js';
export { ErrorFilter } from './error.filter.js';
export { configureServer } from './http-server.js';
export { HttpModule } from './http.module.js';
export { MasterKeyGuard } from './master-key.guard.js';
export { Public } from './public.decorator.js';
export { Replies } from './replies.decorator.js';
export type { FlowControl, ReplyPart, WholeReply } from './reply.js';
export { readBody } from './request-body.js';
export {
  type AttemptSummary,
  RequestContext,
  type TokenUsage,
  contextOf,
} from './request-context.js';
export { RequestEntrance } from './request-entrance.js';
export { REQUEST_OBSERVERS, type RequestObserver } from './request-observer.js';
export { type Route, RouteTable, UNMATCHED } from './route-table.js';
export { SseInterceptor } from './sse.interceptor.js';
