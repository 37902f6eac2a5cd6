import type { Attributes, Tracer } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

/** Keeps spans in memory, as they would be exported. */
export class SpanStage {
  readonly #exporter = new InMemorySpanExporter();
  readonly tracer: Tracer;

  constructor(sampler?: Sampler) {
    const provider = new TracerProvider({
      spanProcessors: [new SimpleSpanProcessor({ exporter: this.#exporter })],
      ...(sampler && { sampler }),
    });
    this.tracer = provider.getTracer('test');
  }

  /** The spans that have ended, in that order. */
  get spans(): readonly ReadableSpan[] {
    return this.#exporter.getFinishedSpans();
  }

  /** The one span that has ended. */
  get span(): ReadableSpan {
    const [span] = this.spans;
    if (span === undefined || this.spans.length > 1) {
      throw new Error(`${this.spans.length} spans have ended`);
    }
    return span;
  }

  get attributes(): Attributes {
    return this.span.attributes;
  }
}
