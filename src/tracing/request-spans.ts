import type { IncomingMessage } from 'node:http';
import {
  type Attributes,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  defaultTextMapGetter,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { type RequestContext, type RequestObserver, UNMATCHED } from '../http/index.js';
import type { OpenRequests } from './open-requests.js';

/** The methods that semantic conventions know; any other could be anything. */
const METHODS: ReadonlySet<string> = new Set(
  'GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH QUERY'.split(' '),
);

/** What a `host` header looks like; an IPv6 address stands in brackets. */
const HOST = /^(\[[\da-f:.]{2,45}\]|[\w.-]{1,253})(?::(\d{1,5}))?$/i;

const propagator = new W3CTraceContextPropagator();

/**
 * One SERVER span for each request that is counted, after OpenTelemetry's conventions for HTTP
 * (https://opentelemetry.io/docs/specs/semconv/http/http-spans/). It holds no query and no header but
 * `host`, no address of a client, and of a path that no route knows nothing: that may be anything.
 */
export class RequestSpans implements RequestObserver {
  constructor(
    private readonly tracer: Tracer,
    private readonly open: OpenRequests,
  ) {}

  requestStarted(context: RequestContext, request: IncomingMessage): void {
    if (context.endpoint === undefined) {
      return;
    }
    const parent = propagator.extract(ROOT_CONTEXT, request.headers, defaultTextMapGetter);
    const attributes = attributesOf(context, request);
    const route = attributes['http.route'];
    const method = METHODS.has(context.method) ? context.method : 'HTTP';
    const name = typeof route === 'string' ? `${method} ${route}` : method;
    const span = this.tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
    this.open.add(context, span, parent);
    if (span.isRecording()) {
      context.traceId = span.spanContext().traceId;
    }
  }

  requestEnded(context: RequestContext): void {
    const span = this.open.spanOf(context);
    if (span?.isRecording() !== true) {
      return;
    }
    const { status, ending, errorCode } = context;
    span.setAttributes(definedOf(outcomeOf(context)));
    if (ending === 'interrupted' || (ending === 'completed' && status >= 500)) {
      span.setAttribute('error.type', errorCode ?? String(status));
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end();
  }
}

function attributesOf(context: RequestContext, request: IncomingMessage): Attributes {
  const { endpoint, method, path, id } = context;
  const [, host, port] = HOST.exec(request.headers.host ?? '') ?? [];
  const isKnown = endpoint !== UNMATCHED;
  return definedOf({
    'http.request.method': METHODS.has(method) ? method : '_OTHER',
    'http.route': isKnown ? endpoint : undefined,
    'url.scheme': 'http',
    'url.path': isKnown ? path : undefined,
    'server.address': host,
    'server.port': port === undefined ? undefined : Number(port),
    'network.protocol.version': request.httpVersion,
    'llm_proxy.request_id': id,
  });
}

/** A client that left has seen a status or not: the span does not claim to know. */
function outcomeOf(context: RequestContext): Readonly<Record<string, string | number | undefined>> {
  const { status, ending, errorCode, model, servedModel, provider, attemptCount } = context;
  return {
    'http.response.status_code': ending === 'client_closed' ? undefined : status,
    'llm_proxy.ending': ending,
    'llm_proxy.error_code': errorCode,
    'llm_proxy.model': model,
    'llm_proxy.served_model': servedModel,
    'llm_proxy.provider': provider,
    'llm_proxy.attempts': attemptCount,
    'llm_proxy.recovery': context.recovery,
  };
}

function definedOf(values: Readonly<Record<string, string | number | undefined>>): Attributes {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
