import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  FakeUpstream,
  MODEL,
  MuteServer,
  PROVIDER_KEY,
  type RequestOptions,
  STREAM_HEAD,
  chatAnswer,
  chatBody,
  chunk,
  closeAll,
  finishEvent,
  json,
  providerAt,
  send,
  sse,
  startRequest,
  textEvent,
  usageEvent,
} from '../support/index.js';
import { KIND, OtlpReceiver, type ReceivedSpan } from '../support/otlp-receiver.js';
import { BuiltProgram, type RunningProgram } from '../support/program.js';

const MASTER_KEY = 'sk-master-0123456789abcdef';
const COLLECTOR_KEY = 'collector-key-0123456789';
const PROMPT = 'my secret prompt';
const ANSWER = 'the-secret-answer';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const SAMPLED = `00-${TRACE}-${PARENT}-01`;

/** Writes what Node loads to standard error. */
const TELL_LOADS =
  "--import=data:text/javascript,import{registerHooks}from'node:module';" +
  "registerHooks({load(url,context,next){process.stderr.write(url+'\\n');return(next(url,context))}})";

/** Starting a program takes a second, and on a busy machine several. */
jest.setTimeout(60_000);

interface Scene {
  readonly run: RunningProgram;
  readonly port: number;
  readonly collector: OtlpReceiver;
  readonly first: FakeUpstream;
  readonly second: FakeUpstream;
}

/** @returns a request with a secret in each place in which there may be one */
function asking(more: object = {}, headers: object = {}): RequestOptions {
  return {
    path: '/v1/chat/completions?secret=my-secret-query',
    headers: { authorization: `Bearer ${MASTER_KEY}`, cookie: 'my-secret-cookie', ...headers },
    body: chatBody({ messages: [{ role: 'user', content: PROMPT }], ...more }),
  };
}

/** @returns the span of the request and those of its attempts, in the order of their beginning */
function inOrder(spans: readonly ReceivedSpan[]): readonly ReceivedSpan[] {
  return [
    ...spans.filter(({ kind }) => kind === KIND.server),
    ...spans.filter(({ kind }) => kind === KIND.client),
  ];
}

describe('traces', () => {
  let program: BuiltProgram;

  beforeAll(() => {
    program = BuiltProgram.build();
  });

  afterEach(closeAll);

  afterAll(() => {
    program.remove();
  });

  /** A proxy before two providers, of which `first` is asked first, and a collector. */
  async function start(environment: Readonly<Record<string, string>> = {}): Promise<Scene> {
    const collector = await OtlpReceiver.start();
    const first = await FakeUpstream.start();
    const second = await FakeUpstream.start();
    const config = JSON.stringify({
      providers: [providerAt(first, { name: 'first' }), providerAt(second, { name: 'second' })],
      server: { master_api_key: MASTER_KEY },
    });
    const run = program.run({
      files: { 'config.yaml': config },
      environment: {
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_EXPORTER_OTLP_HEADERS: `x-collector-key=${COLLECTOR_KEY}`,
        OTEL_BSP_SCHEDULE_DELAY: '10',
        ...environment,
      },
    });
    await run.until('llm-proxy is listening');
    const { port } = await run.listening();
    return { run, port, collector, first, second };
  }

  function expectNoSecret({ collector, run }: Scene): void {
    const exported = Buffer.concat(collector.bodies).toString('latin1');
    for (const secret of [PROMPT, ANSWER, PROVIDER_KEY, MASTER_KEY, 'Bearer', 'my-secret']) {
      expect([secret, exported.includes(secret)]).toStrictEqual([secret, false]);
    }
    expect(run.stdout + run.stderr).not.toContain(COLLECTOR_KEY);
  }

  it('show a stream: the request, and in it the attempt', async () => {
    const scene = await start({
      OTEL_SERVICE_NAME: 'gateway',
      OTEL_RESOURCE_ATTRIBUTES: 'team=blue,service.name=other',
    });
    const events = [textEvent(ANSWER, 'their-model'), finishEvent(), usageEvent()];
    scene.first.answer(sse(events));

    await send(scene, asking({ stream: true }));
    const [server, client] = inOrder(await scene.collector.until(2));

    expect(server).toMatchObject({
      name: 'POST /v1/chat/completions',
      status: 0,
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/v1/chat/completions',
        'http.response.status_code': 200,
        'url.path': '/v1/chat/completions',
        'server.address': '127.0.0.1',
        'server.port': scene.port,
        'llm_proxy.provider': 'first',
      },
      resource: { 'service.name': 'gateway', team: 'blue' },
    });
    expect(server).not.toHaveProperty('parentSpanId');
    expect(client).toMatchObject({
      name: `chat ${MODEL}`,
      traceId: server?.traceId,
      parentSpanId: server?.spanId,
      status: 0,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': MODEL,
        'gen_ai.request.stream': true,
        'gen_ai.response.model': 'their-model',
        'gen_ai.usage.input_tokens': 3,
        'gen_ai.usage.output_tokens': 4,
        'server.address': '127.0.0.1',
        'server.port': scene.first.port,
        'llm_proxy.attempt.reason': 'first',
      },
      events: [{ name: 'llm_proxy.first_content' }],
    });
    expect(client?.attributes['gen_ai.response.time_to_first_chunk']).toBeGreaterThan(0);
    expect(scene.collector.headers[0]).toMatchObject({ 'x-collector-key': COLLECTOR_KEY });
    expectNoSecret(scene);
  });

  it('show the trace of a request to the log, and to the provider', async () => {
    const scene = await start();
    scene.first.answer(json(200, chatAnswer(ANSWER)));

    await send(scene, asking());
    const [server, client] = inOrder(await scene.collector.until(2));
    await scene.run.until('"request"');

    const line = scene.run.lines.find(({ msg: message }) => message === 'request');
    expect(line?.['traceId']).toBe(server?.traceId);
    expect(scene.first.lastRequest.headers['traceparent']).toBe(
      `00-${client?.traceId ?? ''}-${client?.spanId ?? ''}-01`,
    );
    expect(server?.resource).toMatchObject({ 'service.name': 'llm-proxy' });
    expectNoSecret(scene);
  });

  it('show a failed attempt beside the one that answered', async () => {
    const scene = await start();
    const echo = { error: { message: `${PROMPT} ${PROVIDER_KEY}`, code: PROMPT } };
    scene.first.answer(json(503, echo));
    scene.second.answer(json(200, chatAnswer(ANSWER)));

    await send(scene, asking());
    const [server, failed, answered] = inOrder(await scene.collector.until(3));

    expect(server).toMatchObject({ status: 0, attributes: { 'llm_proxy.attempts': 2 } });
    expect(failed).toMatchObject({
      parentSpanId: server?.spanId,
      status: 2,
      attributes: { 'error.type': 'broken', 'http.response.status_code': 503 },
    });
    expect(answered).toMatchObject({
      parentSpanId: server?.spanId,
      status: 0,
      attributes: { 'llm_proxy.provider': 'second', 'llm_proxy.attempt.reason': 'retry' },
    });
    expectNoSecret(scene);
  });

  it.each([
    ['of ours', { authorization: 'Bearer my-secret-key' }, 401, 0, []],
    ["of the provider's", {}, 400, 0, [2]],
  ])('show a refusal %s', async (_name, headers, status, server, clients) => {
    const scene = await start();
    scene.first.answer(json(400, { error: { message: PROMPT, code: PROMPT } }));

    await send(scene, asking({}, headers));
    const spans = inOrder(await scene.collector.until(1 + clients.length));

    expect(spans.map((span) => span.status)).toStrictEqual([server, ...clients]);
    expect(spans[0]?.attributes['http.response.status_code']).toBe(status);
    expectNoSecret(scene);
  });

  it('show a failure of all providers as an error of the request', async () => {
    const scene = await start();
    scene.first.answer(json(503, {}));
    scene.second.answer(json(503, {}));

    await send(scene, asking());
    const spans = inOrder(await scene.collector.until(3));

    expect(spans[0]).toMatchObject({ status: 2, attributes: { 'http.response.status_code': 503 } });
  });

  it('show a client that left in the middle of a stream', async () => {
    const scene = await start();
    const pending = startRequest(scene, asking({ stream: true }));
    const exchange = await scene.first.next();
    await exchange.sendEach([STREAM_HEAD, chunk(textEvent(ANSWER))]);
    await (await pending.response).nextEvent();

    pending.abort();
    const [server, client] = inOrder(await scene.collector.until(2));

    expect(server).toMatchObject({
      status: 0,
      attributes: { 'llm_proxy.ending': 'client_closed' },
    });
    expect(client).toMatchObject({
      status: 0,
      attributes: { 'llm_proxy.attempt.outcome': 'client_closed' },
    });
    expectNoSecret(scene);
  });

  it("go on with the client's, up to the provider", async () => {
    const scene = await start();
    scene.first.answer(json(200, chatAnswer()));

    await send(scene, asking({}, { traceparent: SAMPLED, tracestate: 'vendor=state' }));
    const [server, client] = inOrder(await scene.collector.until(2));

    expect(server).toMatchObject({ traceId: TRACE, parentSpanId: PARENT });
    expect(scene.first.lastRequest.headers).toMatchObject({
      traceparent: `00-${TRACE}-${client?.spanId ?? ''}-01`,
      tracestate: 'vendor=state',
    });
  });

  it('leave out what the client leaves out, and tell the provider so', async () => {
    const scene = await start();
    scene.first.answer(json(200, chatAnswer()));
    scene.second.answer(json(200, chatAnswer()));

    await send(scene, asking({}, { traceparent: SAMPLED.replace(/01$/, '00') }));
    await send(scene, asking({}, { traceparent: SAMPLED }));
    await scene.collector.until(2);

    expect(scene.collector.spans).toHaveLength(2);
    expect(scene.first.requests[0]?.headers['traceparent']).toMatch(
      new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`),
    );
  });

  it('are sent in protobuf unless told otherwise', async () => {
    const scene = await start({ OTEL_EXPORTER_OTLP_PROTOCOL: '' });
    scene.first.answer(json(200, chatAnswer(ANSWER)));

    await send(scene, asking());
    await scene.collector.untilAnything();

    expect(scene.collector.headers[0]).toMatchObject({ 'content-type': 'application/x-protobuf' });
    expect(scene.collector.bodies[0]?.toString('latin1')).toContain('gen_ai.operation.name');
    expectNoSecret(scene);
  });

  it('are all sent before the program ends', async () => {
    const scene = await start({ OTEL_BSP_SCHEDULE_DELAY: '3600000' });
    scene.first.answer(json(200, chatAnswer()));
    await send(scene, asking());

    scene.run.signal('SIGTERM');

    expect(await scene.run.ended).toBe(0);
    expect(scene.collector.spans).toHaveLength(2);
  });

  it('do not hold the program up, nor fill its log, when there is no collector', async () => {
    const scene = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://user:my-secret-password@127.0.0.1:9',
      OTEL_EXPORTER_OTLP_TIMEOUT: '50',
    });
    scene.first.answer(json(200, chatAnswer()));
    scene.second.answer(json(200, chatAnswer()));
    await send(scene, asking());
    await scene.run.until('traces are lost');
    await send(scene, asking());

    scene.run.signal('SIGTERM');

    expect(await scene.run.ended).toBe(0);
    expect(scene.run.stdout.match(/traces are lost/g)).toHaveLength(1);
    expect(scene.run.stdout).toContain('ECONNREFUSED');
    expect(scene.run.stdout).not.toContain('my-secret');
  });

  it('do not hold the program up when the collector never answers', async () => {
    const mute = await MuteServer.start();
    const scene = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${mute.port}`,
      OTEL_BSP_SCHEDULE_DELAY: '3600000',
    });
    scene.first.answer(json(200, chatAnswer()));
    await send(scene, asking());

    scene.run.signal('SIGTERM');

    expect(await scene.run.ended).toBe(0);
    expect(scene.run.stdout).toContain('the collector did not take the last ones in time');
  });

  it.each([
    ['no endpoint: load no SDK', { OTEL_EXPORTER_OTLP_ENDPOINT: '' }, false],
    ['the SDK disabled: load none', { OTEL_SDK_DISABLED: 'true' }, false],
    ['an endpoint: load it', {}, true],
  ])('with %s', async (_name, environment, loads) => {
    const { run, port, collector, first } = await start({
      ...environment,
      NODE_OPTIONS: TELL_LOADS,
    });
    first.answer(json(200, chatAnswer()));

    await send({ port }, asking({}, { traceparent: SAMPLED, tracestate: 'vendor=state' }));
    await run.until('"request"');
    run.signal('SIGTERM');
    await run.ended;

    expect(run.stderr).toContain('/dist/main.js');
    expect(/\/sdk-[^/]*\.js/.test(run.stderr)).toBe(loads);
    expect(collector.spans.length > 0).toBe(loads);
    expect(first.lastRequest.headers['tracestate']).toBe('vendor=state');
    expect(first.lastRequest.headers['traceparent'] === SAMPLED).toBe(!loads);
    const line = run.lines.find(({ msg: message }) => message === 'request');
    expect(line?.['traceId']).toBe(TRACE);
  });

  it('stop the start, with a remedy, where they are asked for in a way that is not there', async () => {
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4317',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    };

    for (const args of [[], ['--check-config']]) {
      const run = program.run({ args, environment });

      expect(await run.ended).toBe(1);
      expect(run.stderr).toMatch(
        /^environment: OTEL_EXPORTER_OTLP_PROTOCOL: grpc is not supported; set it to http\/protobuf.*\n$/,
      );
    }
  });
});
