import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { describe, expect, it } from '@jest/globals';
import {
  CONTENT,
  CompletionStage,
  DONE,
  FINISH,
  REFUSAL,
  type StageOptions,
} from '../../test/support/completion-stage.js';
import { SpanStage } from '../../test/support/spans.js';
import { RequestContext } from '../http/index.js';
import { AttemptSpans } from './attempt-spans.js';
import { OpenRequests } from './open-requests.js';
import { RequestSpans } from './request-spans.js';
import { samplerOf } from './sampler.js';

const TWO = { first: {}, second: {} };

interface Stage {
  readonly completions: CompletionStage;
  readonly traces: SpanStage;
}

function stageOf(options: StageOptions = {}, traces = new SpanStage()): Stage {
  const tracer = new AttemptSpans(traces.tracer, new OpenRequests());
  return { traces, completions: new CompletionStage({ ...options, tracer }) };
}

describe('AttemptSpans', () => {
  it('makes one span of a stream, with what is known of it', async () => {
    const { completions, traces } = stageOf({
      providers: { first: { modelMapping: { m: 'theirs' } } },
    });
    const upstream = completions.upstream('first');

    completions.ask();
    completions.clock.advance(250);
    upstream.beginStream();
    await upstream.packet(
      'data: {"model":"theirs-2025","choices":[{"delta":{"content":"my secret"}}]}\n\n',
    );
    await upstream.packet(
      `${FINISH}data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":0}}\n\n${DONE}`,
    );

    expect(traces.span).toMatchObject({
      name: 'chat theirs',
      kind: SpanKind.CLIENT,
      status: { code: SpanStatusCode.UNSET },
      events: [{ name: 'llm_proxy.first_content' }],
    });
    expect(traces.attributes).toStrictEqual({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'theirs',
      'gen_ai.request.stream': true,
      'gen_ai.response.model': 'theirs-2025',
      'gen_ai.response.time_to_first_chunk': 0.25,
      'gen_ai.usage.input_tokens': 3,
      'gen_ai.usage.output_tokens': 0,
      'http.response.status_code': 200,
      'server.address': 'scripted.invalid',
      'server.port': 80,
      'llm_proxy.provider': 'first',
      'llm_proxy.model': 'm',
      'llm_proxy.attempt.reason': 'first',
      'llm_proxy.attempt.outcome': 'success',
    });
  });

  it.each([
    ['/v1/completions', 'text_completion m'],
    ['/v1/embeddings', 'embeddings m'],
  ])('names what is done at %s', (path, name) => {
    const { completions, traces } = stageOf();

    completions.ask({ path, body: { stream: false } });
    completions.upstream().answer(200, { model: 'm-1' });

    expect(traces.span.name).toBe(name);
    expect(traces.attributes).toMatchObject({
      'gen_ai.request.stream': false,
      'gen_ai.response.model': 'm-1',
    });
    expect(traces.span.events).toStrictEqual([]);
  });

  it.each(['my secret prompt', 'm'.repeat(129)])('does not repeat %s as a model', (model) => {
    const { completions, traces } = stageOf();

    completions.ask({ body: { stream: false } });
    completions.upstream().answer(200, { model });

    expect(traces.attributes['gen_ai.response.model']).toBeUndefined();
  });

  it('makes one span of each attempt, with its reason, and tells each provider its own', () => {
    const { completions, traces } = stageOf({ providers: TWO });

    completions.ask({ body: { stream: false } });
    completions.upstream('first').answer(503, REFUSAL);
    completions.upstream('second').answer(200, {});

    expect(traces.spans.map(({ attributes, status }) => [attributes, status.code])).toMatchObject([
      [
        {
          'llm_proxy.provider': 'first',
          'llm_proxy.attempt.reason': 'first',
          'llm_proxy.attempt.outcome': 'broken',
          'error.type': 'broken',
          'http.response.status_code': 503,
        },
        SpanStatusCode.ERROR,
      ],
      [
        { 'llm_proxy.provider': 'second', 'llm_proxy.attempt.reason': 'retry' },
        SpanStatusCode.UNSET,
      ],
    ]);
    const told = ['first', 'second'].map(
      (name) => completions.upstream(name).calls[0]?.traceContext?.traceparent,
    );
    expect(told).toStrictEqual(
      traces.spans
        .map((span) => span.spanContext())
        .map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`),
    );
  });

  it('is an error when the request itself is refused', () => {
    const { completions, traces } = stageOf();

    completions.ask({ body: { stream: false } });
    completions.upstream().answer(400, REFUSAL);

    expect(traces.span.status.code).toBe(SpanStatusCode.ERROR);
    expect(traces.attributes['error.type']).toBe('rejected');
  });

  it('says how a stream broke', async () => {
    const { completions, traces } = stageOf();

    completions.ask();
    completions.upstream().beginStream();
    await completions.upstream().packet(CONTENT);
    completions.upstream().fail('reset');

    expect(traces.attributes).toMatchObject({
      'error.type': 'interrupted',
      'llm_proxy.attempt.interruption': 'connection_lost',
    });
  });

  it('is no error when the client leaves', () => {
    const { completions, traces } = stageOf();

    completions.ask().leave();

    expect(traces.span.status.code).toBe(SpanStatusCode.UNSET);
    expect(traces.attributes['llm_proxy.attempt.outcome']).toBe('client_closed');
    expect(traces.attributes['http.response.status_code']).toBeUndefined();
  });

  it("stands in its request's span, and hands on the state of the client's trace", () => {
    const traces = new SpanStage();
    const open = new OpenRequests();
    const headers = {
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      tracestate: 'a=b',
    };
    const request = Object.assign(new IncomingMessage(new Socket()), { headers });
    const context = new RequestContext('id', 'POST', '/', '/v1/embeddings', 0);
    new RequestSpans(traces.tracer, open).requestStarted(context, request);

    const attempt = new AttemptSpans(traces.tracer, open).attemptStarted({
      context,
      provider: { name: 'demo', type: 'demo', address: undefined },
      model: 'm',
      upstreamModel: 'm',
      reason: 'first',
      streamed: false,
    });
    attempt.ended({
      outcome: 'success',
      interruption: undefined,
      status: 200,
      usage: undefined,
      answeredModel: undefined,
    });

    expect(traces.span.parentSpanContext?.spanId).toBe(open.spanOf(context)?.spanContext().spanId);
    expect(attempt.traceContext.tracestate).toBe('a=b');
    expect(traces.attributes).not.toHaveProperty('server.address');
  });

  it('says that nothing is recorded, and finds out nothing for it', () => {
    const traces = new SpanStage(samplerOf({ ratio: 0, followsClient: true }));
    const { completions } = stageOf({}, traces);

    completions.ask({ body: { stream: false } });
    completions.upstream().answer(200, { model: 'm' });

    expect(traces.spans).toStrictEqual([]);
    expect(completions.upstream().calls[0]?.traceContext?.traceparent).toMatch(/-00$/);
  });
});
