import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import { Counter, Histogram } from 'prom-client';
import type { RequestContext } from '../http/index.js';
import { LateObservations } from './late-observations.js';
import { METRIC } from './metric-definitions.js';
import { ModelLabels } from './model-labels.js';

/** Turns what is known of a reply, when it is over, into observations. */
@Injectable()
export class ReplyMetrics {
  readonly #tokens;
  readonly #firstTokens;
  readonly #speeds;
  readonly #recoveries;
  readonly #overhead;

  constructor(
    @InjectMetric(METRIC.tokens) tokens: Counter,
    @InjectMetric(METRIC.timeToFirstToken) firstTokens: Histogram,
    @InjectMetric(METRIC.outputTokensPerSecond) speeds: Histogram,
    @InjectMetric(METRIC.streamRecoveries) recoveries: Counter,
    @InjectMetric(METRIC.overhead) overheads: Histogram,
    private readonly models: ModelLabels,
    late: LateObservations,
  ) {
    this.#tokens = late.counter(tokens, ['model', 'provider', 'token_type']);
    this.#firstTokens = late.histogram(firstTokens, ['model', 'provider']);
    this.#speeds = late.histogram(speeds, ['model', 'provider']);
    this.#recoveries = late.counter(recoveries, ['provider', 'result']);
    this.#overhead = late.histogram(overheads, []).of();
  }

  /** @param endedAt - clock time at which the reply was over, ms */
  replyEnded(context: RequestContext, endedAt: number): void {
    const { provider, overhead } = context;
    if (overhead !== undefined) {
      this.#overhead.observe(overhead / 1000);
    }
    if (provider !== undefined) {
      const model = this.#modelOf(context);
      if (context.recovery !== undefined) {
        this.#recoveries.of(provider, context.recovery).inc();
      }
      this.#countTokens(context, model, provider);
      this.#observeStream(context, model, provider, endedAt);
    }
  }

  /** Tokens and times are those of the model that answered; one that stood in is spelt out. */
  #modelOf(context: RequestContext): string {
    const { servedModel, model } = context;
    return servedModel === undefined || servedModel === model
      ? this.models.labelOf(context)
      : servedModel;
  }

  #countTokens({ usage }: RequestContext, model: string, provider: string): void {
    const counts = [
      ['prompt', usage?.promptTokens],
      ['completion', usage?.completionTokens],
      ['total', usage?.totalTokens],
    ] as const;
    for (const [type, count] of counts) {
      if (count !== undefined) {
        this.#tokens.of(model, provider, type).inc(count);
      }
    }
  }

  #observeStream(context: RequestContext, model: string, provider: string, endedAt: number): void {
    const { firstTokenAt, startedAt, usage, interrupted } = context;
    if (firstTokenAt === undefined) {
      return;
    }
    this.#firstTokens.of(model, provider).observe((firstTokenAt - startedAt) / 1000);
    const seconds = (endedAt - firstTokenAt) / 1000;
    if (!interrupted && usage?.completionTokens !== undefined && seconds > 0) {
      this.#speeds.of(model, provider).observe(usage.completionTokens / seconds);
    }
  }
}
