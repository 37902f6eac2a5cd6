import {
  type Attributes,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
} from '@opentelemetry/api';
import {
  type AttemptBeginning,
  type AttemptEnding,
  type AttemptTrace,
  type AttemptTracer,
  endpointNamed,
} from '../completions/index.js';
import type { AttemptOutcome, TraceContext } from '../providers/index.js';
import type { OpenRequests } from './open-requests.js';
import { traceContextOf } from './trace-context.js';

/** Ends that are nobody's failure: somebody else did not need the answer any more. */
const GIVEN_UP: ReadonlySet<AttemptOutcome> = new Set([
  'success',
  'superseded',
  'client_closed',
  'shutdown',
]);

/** What a name of a model looks like. A provider may write anything there, a prompt even. */
const MODEL_NAME = /^[\w.:/@+-]{1,128}$/;

/** As much of a model's name as fits into the name of a span, characters. */
const NAME_LENGTH = 128;

/**
 * One CLIENT span for each attempt at a provider, after OpenTelemetry's conventions for generative AI
 * (https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/). It holds no word of a prompt or
 * an answer.
 */
export class AttemptSpans implements AttemptTracer {
  constructor(
    private readonly tracer: Tracer,
    private readonly open: OpenRequests,
  ) {}

  attemptStarted(beginning: AttemptBeginning): AttemptTrace {
    const { context, upstreamModel } = beginning;
    const { operation } = endpointNamed(context.endpoint);
    const span = this.tracer.startSpan(
      `${operation} ${upstreamModel.slice(0, NAME_LENGTH)}`,
      { kind: SpanKind.CLIENT, attributes: attributesOf(beginning, operation) },
      this.open.contextOf(context),
    );
    return new AttemptSpan(span);
  }
}

class AttemptSpan implements AttemptTrace {
  readonly traceContext: TraceContext;
  readonly isRecorded: boolean;

  constructor(private readonly span: Span) {
    this.traceContext = traceContextOf(span.spanContext());
    this.isRecorded = span.isRecording();
  }

  firstContent(after: number): void {
    // The conventions' name for it: what comes first need not be one token.
    this.span.setAttribute('gen_ai.response.time_to_first_chunk', after / 1000);
    this.span.addEvent('llm_proxy.first_content');
  }

  ended({ outcome, interruption, status, usage, answeredModel }: AttemptEnding): void {
    const { span } = this;
    if (!this.isRecorded) {
      return;
    }
    span.setAttribute('llm_proxy.attempt.outcome', outcome);
    setDefined(span, 'llm_proxy.attempt.interruption', interruption);
    setDefined(span, 'http.response.status_code', status);
    setDefined(span, 'gen_ai.response.model', modelNameFrom(answeredModel));
    setDefined(span, 'gen_ai.usage.input_tokens', usage?.promptTokens);
    setDefined(span, 'gen_ai.usage.output_tokens', usage?.completionTokens);
    if (!GIVEN_UP.has(outcome)) {
      span.setAttribute('error.type', outcome);
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end();
  }
}

function attributesOf(
  { provider, model, upstreamModel, reason, streamed }: AttemptBeginning,
  operation: string,
): Attributes {
  const { name, type, address } = provider;
  return {
    'gen_ai.operation.name': operation,
    // Says which API is spoken; `server.address` says whose it is.
    'gen_ai.provider.name': type,
    'gen_ai.request.model': upstreamModel,
    'gen_ai.request.stream': streamed,
    'llm_proxy.provider': name,
    'llm_proxy.model': model,
    'llm_proxy.attempt.reason': reason,
    ...(address && { 'server.address': address.host, 'server.port': address.port }),
  };
}

function setDefined(span: Span, name: string, value: string | number | undefined): void {
  if (value !== undefined) {
    span.setAttribute(name, value);
  }
}

/** @param json - a text, as JSON */
function modelNameFrom(json: string | undefined): string | undefined {
  const name: unknown = json === undefined ? undefined : JSON.parse(json);
  return typeof name === 'string' && MODEL_NAME.test(name) ? name : undefined;
}
