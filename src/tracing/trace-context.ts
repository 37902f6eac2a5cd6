import { type SpanContext, TraceFlags } from '@opentelemetry/api';
import type { TraceContext } from '../providers/index.js';

/** @returns what tells a provider that its work belongs to that span (W3C Trace Context, section 3) */
export function traceContextOf(span: SpanContext): TraceContext {
  const isSampled = (span.traceFlags & TraceFlags.SAMPLED) !== 0;
  const state = span.traceState?.serialize() ?? '';
  return {
    traceparent: `00-${span.traceId}-${span.spanId}-${isSampled ? '01' : '00'}`,
    tracestate: state === '' ? undefined : state,
  };
}
