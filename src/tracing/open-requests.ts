import { type Context, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import type { RequestContext } from '../http/index.js';

/** The spans of the requests that run, so that those of their attempts find their parent. */
export class OpenRequests {
  readonly #contexts = new WeakMap<RequestContext, Context>();

  /** @param parent - what the span itself stands in */
  add(request: RequestContext, span: Span, parent: Context): void {
    this.#contexts.set(request, trace.setSpan(parent, span));
  }

  contextOf(request: RequestContext): Context {
    return this.#contexts.get(request) ?? ROOT_CONTEXT;
  }

  spanOf(request: RequestContext): Span | undefined {
    return trace.getSpan(this.contextOf(request));
  }
}
