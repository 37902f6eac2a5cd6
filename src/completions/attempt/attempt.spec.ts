import type { OutgoingHttpHeaders } from 'node:http';
import { describe, expect, it, jest } from '@jest/globals';
import { FakeClock } from '../../../test/support/fake-clock.js';
import {
  SCRIPTED_KEY,
  ScriptedUpstream,
  TIMEOUTS,
  nextTick,
  scriptedProvider,
} from '../../../test/support/scripted-provider.js';
import { ProxyError } from '../../errors/index.js';
import type { WholeReply } from '../../http/index.js';
import { Attempt } from './attempt.js';
import type { AttemptResult, AttemptSink } from './attempt-contract.js';

const ROLE = 'data: {"choices":[{"delta":{"role":"assistant"}}]}\n\n';
const CONTENT = 'data: {"choices":[{"delta":{"content":"a"}}]}\n\n';
const FINISH = 'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n';
const USAGE = 'data: {"choices":[],"usage":{"total_tokens":3}}\n\n';
const ERROR = 'data: {"error":{"message":"no memory","type":"server_error"}}\n\n';
const DONE = 'data: [DONE]\n\n';

/** Remembers what an attempt brought. */
class RecordingSink implements AttemptSink {
  /** What was called, in order. */
  readonly heard: string[] = [];
  readonly results: AttemptResult[] = [];
  headers: OutgoingHttpHeaders = {};
  reply: WholeReply | undefined;
  text = '';

  opened(headers: OutgoingHttpHeaders): void {
    this.heard.push('opened');
    this.headers = headers;
  }

  batch(bytes: Uint8Array): void {
    this.heard.push('batch');
    this.text += Buffer.from(bytes).toString();
  }

  whole(reply: WholeReply): void {
    this.heard.push('whole');
    this.reply = reply;
  }

  ended(result: AttemptResult): void {
    this.heard.push('ended');
    this.results.push(result);
  }
}

interface Stage {
  readonly upstream: ScriptedUpstream;
  readonly clock: FakeClock;
  readonly sink: RecordingSink;
  readonly attempt: Attempt;
}

interface StageOptions {
  readonly streamed?: boolean;
  /** What the provider must not repeat; its key by default. */
  readonly secrets?: readonly string[];
}

/** Sets an attempt up; nothing is sent yet. */
function prepare({ streamed = true, secrets }: StageOptions = {}): Stage {
  const upstream = new ScriptedUpstream();
  const clock = new FakeClock();
  const sink = new RecordingSink();
  const plan = {
    call: {
      path: '/chat/completions',
      clientHeaders: {},
      requestId: 'id',
      traceContext: undefined,
      body: [],
    },
    streamed,
    changes: { model: undefined, hidesUsage: false, choiceCount: 1, notesModel: false },
    requestStartedAt: clock.now(),
  };
  const provider = scriptedProvider(upstream);
  const attempt = new Attempt(
    secrets === undefined ? provider : Object.assign(provider, { secrets }),
    plan,
    clock,
    sink,
  );
  return { upstream, clock, sink, attempt };
}

function begin(options: { streamed?: boolean } = {}): Stage {
  const stage = prepare(options);
  stage.attempt.start();
  return stage;
}

/** Begins a stream whose first content has been handed on. */
async function beginStream(): Promise<Stage> {
  const stage = begin();
  stage.upstream.beginStream();
  await stage.upstream.packet(CONTENT);
  return stage;
}

/** Checks that the attempt is over, was so once, and left no timer behind. */
function expectOver({ sink, clock }: Stage, expected: object): void {
  expect(sink.results).toHaveLength(1);
  expect(sink.results).toMatchObject([
    { failure: undefined, interruption: undefined, malformedEvents: 0, ...expected },
  ]);
  expect(sink.heard.at(-1)).toBe('ended');
  expect(clock.pending).toBe(0);
}

describe('Attempt: a whole answer', () => {
  it('is handed on and is a success', () => {
    const stage = begin({ streamed: false });
    stage.clock.advance(200);

    stage.upstream.answer(200, { usage: { total_tokens: 3 } }, { 'request-id': 'theirs' });

    expect(stage.sink.heard).toStrictEqual(['whole', 'ended']);
    expect(stage.sink.reply).toMatchObject({ status: 200, headers: { 'request-id': 'theirs' } });
    expectOver(stage, {
      outcome: 'success',
      usage: { totalTokens: 3 },
      answeredAt: stage.clock.now(),
    });
  });

  it('is joined from however many packets it comes in', () => {
    const { upstream, sink } = begin({ streamed: false });
    upstream.connect();
    upstream.respond(200, { 'content-type': 'application/json; charset=utf-8' });

    for (const byte of Buffer.from('{"model":"é"}')) {
      upstream.data(Uint8Array.of(byte));
    }
    upstream.end();

    expect(Buffer.from(sink.reply?.body ?? []).toString()).toBe('{"model":"é"}');
  });

  it('may come although a stream was asked for', () => {
    const stage = begin({ streamed: true });

    stage.upstream.answer(200, {});

    expect(stage.sink.heard).toStrictEqual(['whole', 'ended']);
    expectOver(stage, { outcome: 'success' });
  });

  it.each([
    [400, 'rejected'],
    [402, 'credentials_refused'],
    [404, 'rejected'],
    [408, 'broken'],
    [429, 'rate_limited'],
    [500, 'broken'],
    [503, 'broken'],
  ])('with status %d is a refusal to be handed on and is %s', (status, outcome) => {
    const stage = begin({ streamed: true });

    stage.upstream.answer(status, { error: { message: 'no' } });

    expect(stage.sink.heard).toStrictEqual(['ended']);
    expectOver(stage, { outcome, failure: { kind: 'whole', status } });
  });

  it.each([
    [400, { code: 'context_length_exceeded' }, 'context_exceeded'],
    [400, { message: 'Content Exists Risk' }, 'content_refused'],
    [403, { code: 'content_policy_violation' }, 'content_refused'],
    [429, { code: 'insufficient_quota' }, 'credentials_refused'],
  ])('with status %d and %j is a refusal to be handed on and is %s', (status, error, outcome) => {
    const stage = begin({ streamed: true });

    stage.upstream.answer(status, { error });

    expect(stage.sink.heard).toStrictEqual(['ended']);
    expectOver(stage, { outcome, failure: { kind: 'whole', status } });
  });

  it.each([
    [401, 'credentials_refused'],
    [403, 'forbidden'],
  ] as const)('with status %d is an error of ours', (status, outcome) => {
    const stage = begin();

    stage.upstream.answer(status, { error: { message: 'no' } });

    expect(stage.sink.heard).toStrictEqual(['ended']);
    expectOver(stage, { outcome, failure: { status: 502, code: 'upstream_auth_error' } });
  });

  it.each([
    [{ code: 429 }, 'rate_limited', 429],
    [{ code: 400 }, 'rejected', 400],
    [{ code: 'context_length_exceeded' }, 'context_exceeded', 400],
    [{ code: 'invalid_api_key' }, 'credentials_refused', 502],
    [{ type: 'server_error' }, 'broken', 502],
  ])('that holds the error %j under a good status is %s', (error, outcome, status) => {
    const stage = begin({ streamed: false });

    stage.upstream.answer(200, { error });

    expect(stage.sink.heard).toStrictEqual(['ended']);
    expectOver(stage, { outcome, failure: { status } });
  });

  it.each([
    ['HTML', { 'content-type': 'text/html' }],
    ['plain text', { 'content-type': 'text/plain' }],
    ['of no type', {}],
  ])('that is %s is broken, and its call is cut', (_name, headers) => {
    const stage = begin({ streamed: false });
    stage.upstream.connect();

    stage.upstream.respond(200, headers);
    stage.upstream.data('<html>');
    stage.upstream.end();

    expect(stage.upstream.isCancelled).toBe(true);
    expectOver(stage, { outcome: 'broken', failure: { code: 'upstream_invalid_response' } });
  });

  it('names the type that is none for the log, without our key', () => {
    const stage = begin();
    stage.upstream.connect();

    stage.upstream.respond(200, { 'content-type': `text/${SCRIPTED_KEY}; charset=utf-8` });

    expect(stage.sink.results).toMatchObject([{ cause: "content-type 'text/[redacted]'" }]);
  });

  it('that is half a body is broken', () => {
    const stage = begin({ streamed: false });
    stage.upstream.connect();
    stage.upstream.respond(200, { 'content-type': 'application/json' });
    stage.upstream.data('{"choi');

    stage.upstream.fail('reset', 'the cause');

    expectOver(stage, {
      outcome: 'broken',
      failure: { code: 'upstream_error' },
      cause: 'the cause',
    });
  });

  it('past 256 MB is given up', () => {
    const stage = begin({ streamed: false });
    const piece = new Uint8Array(64 * 1024 * 1024);
    stage.upstream.connect();
    stage.upstream.respond(200, { 'content-type': 'application/json' });

    for (let count = 0; count < 5; count += 1) {
      stage.upstream.data(piece);
    }

    expect(stage.upstream.isCancelled).toBe(true);
    expectOver(stage, { outcome: 'broken', failure: { code: 'upstream_invalid_response' } });
  });
});

describe('Attempt: a refusal whose body does not come whole', () => {
  /** Begins a refusal of which only `body` comes. */
  function beginRefusal(status: number, body: string, streamed = true): Stage {
    const stage = begin({ streamed });
    stage.upstream.connect();
    stage.upstream.respond(status, { 'content-type': 'application/json', 'retry-after': '30' });
    if (body !== '') {
      stage.upstream.data(body);
    }
    return stage;
  }

  it.each([
    [400, 'rejected', 400],
    [401, 'credentials_refused', 502],
    [404, 'rejected', 404],
    [429, 'rate_limited', 429],
    [503, 'broken', 503],
  ])('with status %d is %s when the connection is lost', (status, outcome, told) => {
    for (const body of ['', '{"error":{"mess']) {
      const stage = beginRefusal(status, body);

      stage.upstream.fail('reset');

      expect(stage.sink.heard).toStrictEqual(['ended']);
      expectOver(stage, {
        outcome,
        failure: { status: told },
        cause: `status ${status}, and not all of its body`,
      });
    }
  });

  it.each([
    ['the first token', true, TIMEOUTS.firstToken],
    ['more of a whole answer', false, TIMEOUTS.idle],
  ])('keeps its status past the deadline for %s', (_name, streamed, time) => {
    const stage = beginRefusal(429, '{"error":{"mess', streamed);

    stage.clock.advance(time);

    expect(stage.upstream.isCancelled).toBe(true);
    expectOver(stage, { outcome: 'rate_limited', failure: { status: 429 } });
  });

  it('keeps its status past the total deadline', () => {
    const stage = beginRefusal(503, '', false);

    stage.clock.advance(TIMEOUTS.total);

    expectOver(stage, { outcome: 'broken', failure: { status: 503 } });
  });

  it('keeps the wait that its headers ask for', () => {
    const stage = beginRefusal(429, '{"error":{"mess');

    stage.upstream.fail('reset');

    expectOver(stage, {
      requestedWait: 30_000,
      failure: { headers: { 'retry-after': '30' } },
    });
  });

  it("is an error in OpenAI's format, and no half of a body", () => {
    const stage = beginRefusal(429, '{"error":{"message":"at 10.0.0.7');

    stage.upstream.fail('reset');

    const failure = stage.sink.results[0]?.failure;
    const body = failure !== undefined && 'body' in failure ? failure.body : [];
    expect(JSON.parse(Buffer.from(body).toString())).toStrictEqual({
      error: {
        message: 'The provider answered with status 429.',
        type: 'invalid_request_error',
        param: null,
        code: 'upstream_error',
      },
    });
  });

  it('says what it says when all of it came but its end', () => {
    const stage = beginRefusal(429, '{"error":{"message":"no","code":"insufficient_quota"}}');

    stage.upstream.fail('reset');

    expectOver(stage, {
      outcome: 'credentials_refused',
      failure: { status: 429, code: 'insufficient_quota' },
    });
  });

  it.each([200, 302, 600])('is none with status %d, which stays broken', (status) => {
    const stage = beginRefusal(status, '{"error":{"message":"no"}}');

    stage.upstream.fail('reset');

    expectOver(stage, { outcome: 'broken', failure: { status: 502, code: 'upstream_error' } });
  });
});

describe('Attempt: a stream', () => {
  it('opens with its first content, which what came before goes out with', async () => {
    const { upstream, sink, clock } = begin();
    upstream.beginStream({ 'request-id': 'theirs' });
    await upstream.packet(ROLE);
    expect(sink.heard).toStrictEqual([]);
    clock.advance(700);

    await upstream.packet(CONTENT);

    expect(sink.heard).toStrictEqual(['opened', 'batch']);
    expect(sink.headers).toStrictEqual({ 'request-id': 'theirs' });
    expect(sink.text).toBe(ROLE + CONTENT);
  });

  it('hands on in one batch what came in one tick', async () => {
    const { upstream, sink } = await beginStream();

    upstream.data(CONTENT);
    upstream.data(CONTENT.slice(0, 10));
    upstream.data(CONTENT.slice(10));
    await nextTick();

    expect(sink.heard).toStrictEqual(['opened', 'batch', 'batch']);
    expect(sink.text).toBe(CONTENT.repeat(3));
  });

  it('hands nothing on while no event is complete', async () => {
    const { upstream, sink } = await beginStream();

    await upstream.packet(CONTENT.slice(0, -1));

    expect(sink.text).toBe(CONTENT);
  });

  it('that ends by the book is a success', async () => {
    const stage = await beginStream();
    const openedAt = stage.clock.now();
    stage.clock.advance(5000);

    await stage.upstream.packet(FINISH + USAGE + DONE);
    stage.upstream.end();

    expect(stage.sink.text).toBe(CONTENT + FINISH + USAGE + DONE);
    expect(stage.upstream.isCancelled).toBe(false);
    expectOver(stage, {
      outcome: 'success',
      usage: { totalTokens: 3 },
      answeredAt: openedAt,
    });
  });

  it('that ends in the tick of its [DONE] needs no time to close', async () => {
    const stage = await beginStream();

    stage.upstream.data(FINISH + DONE);
    stage.upstream.end();
    await nextTick();

    expectOver(stage, { outcome: 'success' });
  });

  it('that nobody asked for is broken, and its call is cut', async () => {
    const stage = begin({ streamed: false });

    stage.upstream.beginStream();
    await stage.upstream.packet(CONTENT + FINISH + DONE);
    stage.upstream.end();

    expect(stage.sink.heard).toStrictEqual(['ended']);
    expect(stage.upstream.isCancelled).toBe(true);
    expectOver(stage, {
      outcome: 'broken',
      failure: { status: 502, code: 'upstream_invalid_response' },
      cause: "content-type 'text/event-stream'",
    });
  });

  it('that ends after a finish_reason gets its [DONE]', async () => {
    const stage = await beginStream();
    await stage.upstream.packet(FINISH);

    stage.upstream.end();

    expect(stage.sink.text).toBe(CONTENT + FINISH + DONE);
    expectOver(stage, { outcome: 'success' });
  });

  it('that ends without having finished is interrupted', async () => {
    const stage = await beginStream();

    stage.upstream.end();

    expect(stage.sink.text).toBe(CONTENT);
    expectOver(stage, {
      outcome: 'interrupted',
      interruption: 'incomplete',
      failure: { status: 502, code: 'upstream_error' },
    });
  });

  it.each([
    ['nothing', ''],
    ['a role alone', ROLE],
    ['a comment alone', ': hello\n\n'],
    ['events that are none', 'data: oops\n\n'],
  ])('that ends with %s is broken: it never began', async (_name, text) => {
    const stage = begin();
    stage.upstream.beginStream();
    await stage.upstream.packet(text);

    stage.upstream.end();

    expect(stage.sink.heard).toStrictEqual(['ended']);
    expectOver(stage, {
      outcome: 'broken',
      failure: { code: 'upstream_error' },
      answeredAt: undefined,
      malformedEvents: text.includes('oops') ? 1 : 0,
    });
  });

  it('that loses its connection hands on what came, and is interrupted', async () => {
    const stage = await beginStream();
    stage.upstream.data(CONTENT + CONTENT.slice(0, 9));

    stage.upstream.fail('reset', 'the cause');
    await nextTick();

    expect(stage.sink.text).toBe(CONTENT + CONTENT);
    expectOver(stage, {
      outcome: 'interrupted',
      interruption: 'connection_lost',
      cause: 'the cause',
      failure: { code: 'upstream_error', message: 'The connection to the provider was lost.' },
    });
  });

  it('that loses its connection after a finish_reason is interrupted too', async () => {
    const stage = await beginStream();
    await stage.upstream.packet(FINISH);

    stage.upstream.fail('reset');

    expect(stage.sink.text).not.toContain('[DONE]');
    expectOver(stage, {
      outcome: 'interrupted',
      interruption: 'connection_lost',
      failure: { code: 'upstream_error' },
    });
  });

  it('that becomes one endless event is interrupted', async () => {
    const stage = await beginStream();
    const piece = Buffer.alloc(1024 * 1024, 0x61);

    for (let count = 0; count < 17; count += 1) {
      await stage.upstream.packet(piece);
    }

    expect(stage.upstream.isCancelled).toBe(true);
    expectOver(stage, {
      outcome: 'interrupted',
      interruption: 'invalid_answer',
      failure: { code: 'upstream_invalid_response' },
    });
  });

  it('counts the events that it dropped', async () => {
    const stage = await beginStream();

    await stage.upstream.packet(`data: oops\n\n${FINISH}data: {\n\n${DONE}`);
    stage.upstream.end();

    expectOver(stage, { outcome: 'success', malformedEvents: 2 });
  });
});

describe('Attempt: an error event', () => {
  it.each([
    ['{"code":429}', 'rate_limited', 429],
    ['{"type":"invalid_request_error"}', 'rejected', 400],
    ['{"message":"prompt is too long: 2 tokens > 1 maximum"}', 'context_exceeded', 400],
    ['{"code":"content_filter"}', 'content_refused', 400],
    ['{"code":401}', 'credentials_refused', 502],
    ['"out of memory"', 'broken', 502],
  ])('before any content (%s) is a refusal: %s', async (error, outcome, status) => {
    const stage = begin();
    stage.upstream.beginStream();

    await stage.upstream.packet(`: hello\n\n${ROLE}data: {"error":${error}}\n\n`);

    expect(stage.sink.heard).toStrictEqual(['ended']);
    expect(stage.upstream.isCancelled).toBe(true);
    expectOver(stage, { outcome, failure: { status }, answeredAt: undefined });
  });

  it('does not repeat our key', async () => {
    const { upstream, sink } = begin();
    upstream.beginStream();

    await upstream.packet(`data: {"error":{"message":"what is ${SCRIPTED_KEY}?"}}\n\n`);

    expect(sink.results).toMatchObject([{ failure: { message: 'what is [redacted]?' } }]);
  });

  it.each([
    ['in the same packet', CONTENT + ERROR],
    ['in another packet', ERROR],
  ])('after content, %s, is kept apart and interrupts', async (_name, packet) => {
    const stage = packet === ERROR ? await beginStream() : begin();
    if (packet !== ERROR) {
      stage.upstream.beginStream();
    }

    await stage.upstream.packet(packet);
    stage.upstream.end();

    expect(stage.sink.text).toBe(CONTENT);
    expectOver(stage, {
      outcome: 'interrupted',
      interruption: 'error_event',
      failure: undefined,
      errorEvent: Buffer.from(ERROR),
    });
  });

  it.each([
    [
      'closes',
      (upstream: ScriptedUpstream): void => {
        upstream.end();
      },
    ],
    [
      'breaks',
      (upstream: ScriptedUpstream): void => {
        upstream.fail('reset');
      },
    ],
    [
      'says [DONE]',
      (upstream: ScriptedUpstream): void => {
        upstream.data(DONE);
        upstream.end();
      },
    ],
  ])('is the last word, however the stream %s then', async (_name, finish) => {
    const stage = await beginStream();

    stage.upstream.data(ERROR);
    finish(stage.upstream);
    await nextTick();

    expect(stage.sink.text).toBe(CONTENT);
    expectOver(stage, {
      outcome: 'interrupted',
      interruption: 'error_event',
      failure: undefined,
      errorEvent: Buffer.from(ERROR),
    });
  });
});

describe('Attempt: a provider that ends its stream and keeps the connection open', () => {
  it('has a second to close it', async () => {
    const { upstream, clock, sink } = await beginStream();
    await upstream.packet(FINISH + DONE);
    expect(sink.heard.at(-1)).toBe('ended');

    clock.advance(999);
    expect(upstream.isCancelled).toBe(false);

    clock.advance(1);
    expect(upstream.isCancelled).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('is read on, even when the client had held it back', async () => {
    const { upstream, attempt } = await beginStream();
    attempt.pause();

    await upstream.packet(FINISH + DONE);

    expect(upstream.done).toStrictEqual(['pause', 'resume']);
  });

  it.each([
    [
      'closes',
      (upstream: ScriptedUpstream): void => {
        upstream.end();
      },
    ],
    [
      'breaks',
      (upstream: ScriptedUpstream): void => {
        upstream.fail('reset');
      },
    ],
  ])('leaves no timer behind when it %s in time', async (_name, finish) => {
    const stage = await beginStream();
    await stage.upstream.packet(FINISH + DONE);

    finish(stage.upstream);

    expectOver(stage, { outcome: 'success' });
    expect(stage.upstream.isCancelled).toBe(false);
  });

  it('is not listened to any more', async () => {
    const { upstream, sink } = await beginStream();
    await upstream.packet(FINISH + DONE);
    const heard = [...sink.heard];

    await upstream.packet(CONTENT + ERROR);
    upstream.end();

    expect(sink.heard).toStrictEqual(heard);
  });
});

describe('Attempt: a connection that fails', () => {
  it('before it came about says that the provider is unreachable', () => {
    const stage = begin();

    stage.upstream.fail('unreachable', 'the cause');

    expectOver(stage, {
      outcome: 'broken',
      cause: 'the cause',
      failure: { code: 'upstream_error', message: 'The provider could not be reached.' },
    });
  });

  it.each(['reset', 'protocol'] as const)('without an answer is broken: %s', (kind) => {
    const stage = begin();
    stage.upstream.connect();

    stage.upstream.fail(kind);

    expectOver(stage, {
      outcome: 'broken',
      failure: { message: 'The connection to the provider was lost.' },
    });
  });

  it('within the call itself is broken', () => {
    const stage = prepare();
    stage.upstream.onSend = () => {
      stage.upstream.fail('unreachable');
    };

    stage.attempt.start();

    expectOver(stage, { outcome: 'broken', failure: { code: 'upstream_error' } });
  });

  it('that cannot even be tried is a bug of ours, and leaves nothing behind', () => {
    const stage = prepare();
    const bug = new Error('bug');
    stage.upstream.onSend = () => {
      throw bug;
    };

    stage.attempt.start();

    expectOver(stage, { outcome: 'rejected', cause: bug, failure: { code: 'internal_error' } });
  });
});

describe('Attempt: deadlines', () => {
  it('pass while a connection is waited for', () => {
    const stage = begin();

    stage.clock.advance(TIMEOUTS.connect);

    expect(stage.upstream.isCancelled).toBe(true);
    expectOver(stage, {
      outcome: 'timeout',
      cause: 'connect deadline',
      failure: { status: 504, phase: 'connect' },
    });
  });

  it.each([
    ['nothing', ''],
    ['roles and comments', `: hello\n\n${ROLE}`],
  ])('pass while a first token is waited for and %s comes', async (_name, text) => {
    const stage = begin();
    stage.upstream.beginStream();

    stage.clock.advance(TIMEOUTS.firstToken / 2);
    await stage.upstream.packet(text);
    stage.clock.advance(TIMEOUTS.firstToken / 2);

    expect(stage.upstream.isCancelled).toBe(true);
    expectOver(stage, { outcome: 'timeout', failure: { status: 504, phase: 'first_token' } });
  });

  it('pass when an open stream falls silent', async () => {
    const stage = await beginStream();

    stage.clock.advance(TIMEOUTS.idle);

    expect(stage.upstream.isCancelled).toBe(true);
    expectOver(stage, {
      outcome: 'interrupted',
      interruption: 'timeout',
      failure: { status: 504, phase: 'idle' },
      cause: 'idle deadline',
    });
  });

  it('do not pass while a stream goes on', async () => {
    const stage = await beginStream();

    for (let count = 0; count < 4; count += 1) {
      stage.clock.advance(TIMEOUTS.idle - 1);
      await stage.upstream.packet(CONTENT);
    }

    expect(stage.sink.results).toStrictEqual([]);
  });

  it.each([
    ['comments', ': still here\n\n'],
    ['garbage', 'data: {"choices":\n\n'],
    ['the beginning of an event', 'data: {'],
  ])('pass when nothing but %s comes', async (_name, text) => {
    const stage = await beginStream();

    stage.clock.advance(TIMEOUTS.idle - 1);
    await stage.upstream.packet(text);
    stage.clock.advance(1);

    expect(stage.sink.results).toMatchObject([
      { outcome: 'interrupted', interruption: 'timeout', failure: { phase: 'idle' } },
    ]);
  });

  it('pass when a stream takes too long altogether', async () => {
    const stage = await beginStream();

    for (let time = 0; time < TIMEOUTS.total; time += 10_000) {
      stage.clock.advance(10_000);
      await stage.upstream.packet(CONTENT);
    }

    expectOver(stage, {
      outcome: 'interrupted',
      interruption: 'timeout',
      failure: { phase: 'total' },
    });
  });

  it('give an answer that is no stream all the time there is', () => {
    const stage = begin({ streamed: false });
    stage.upstream.connect();

    stage.clock.advance(TIMEOUTS.total - 1);
    expect(stage.sink.results).toStrictEqual([]);

    stage.clock.advance(1);
    expectOver(stage, { outcome: 'timeout', failure: { phase: 'total' } });
  });

  it('pass when an answer that is no stream stops in its middle', () => {
    const stage = begin({ streamed: false });
    stage.upstream.connect();
    stage.upstream.respond(200, { 'content-type': 'application/json' });
    stage.upstream.data('{');

    stage.clock.advance(TIMEOUTS.idle);

    expectOver(stage, { outcome: 'timeout', failure: { phase: 'idle' } });
  });

  it('do not blame the provider for a slow client', async () => {
    const { attempt, upstream, clock, sink } = await beginStream();

    attempt.pause();
    await upstream.packet(CONTENT);
    clock.advance(TIMEOUTS.idle * 10);

    expect(sink.results).toStrictEqual([]);
  });

  it('go on when the client does', async () => {
    const stage = await beginStream();
    stage.attempt.pause();
    stage.clock.advance(TIMEOUTS.idle * 5);

    stage.attempt.resume();
    expect(stage.upstream.done).toStrictEqual(['pause', 'resume']);
    stage.clock.advance(TIMEOUTS.idle);

    expectOver(stage, {
      outcome: 'interrupted',
      interruption: 'timeout',
      failure: { phase: 'idle' },
    });
  });
});

describe('Attempt: a client that leaves', () => {
  const phases: readonly (readonly [
    string,
    (upstream: ScriptedUpstream) => Promise<void> | void,
  ])[] = [
    ['while a connection is waited for', () => undefined],
    [
      'while an answer is waited for',
      (upstream) => {
        upstream.connect();
      },
    ],
    [
      'while a first token is waited for',
      async (upstream) => {
        upstream.beginStream();
        await upstream.packet(ROLE);
      },
    ],
    [
      'in the middle of a stream',
      async (upstream) => {
        upstream.beginStream();
        await upstream.packet(CONTENT);
      },
    ],
    [
      'in the middle of a body',
      (upstream) => {
        upstream.connect();
        upstream.respond(200, { 'content-type': 'application/json' });
        upstream.data('{');
      },
    ],
  ];

  it.each(phases)('%s cuts the call, once, and hears nothing more', async (_name, reach) => {
    const stage = begin();
    const { upstream, attempt, sink } = stage;
    await reach(upstream);

    attempt.cancel('client_closed');
    expectOver(stage, { outcome: 'client_closed' });
    const heard = [...sink.heard];

    attempt.cancel('client_closed');
    attempt.pause();
    attempt.resume();
    upstream.connect();
    upstream.respond(200, { 'content-type': 'text/event-stream' });
    await upstream.packet(CONTENT + DONE);
    upstream.end();
    upstream.fail('reset');
    stage.clock.advance(TIMEOUTS.total);

    expect(upstream.done).toStrictEqual(['cancel']);
    expect(sink.heard).toStrictEqual(heard);
    expect(stage.clock.pending).toBe(0);
  });

  it('in the tick in which the first content came hears nothing of it', async () => {
    const stage = begin();
    stage.upstream.beginStream();

    stage.upstream.data(CONTENT);
    stage.attempt.cancel('client_closed');
    await nextTick();

    expect(stage.sink.heard).toStrictEqual(['ended']);
    expectOver(stage, { outcome: 'client_closed' });
  });

  it('in the tick in which a refusal came is told of neither twice', async () => {
    const stage = begin();
    stage.upstream.beginStream();

    stage.upstream.data(ERROR);
    stage.attempt.cancel('client_closed');
    await nextTick();

    expectOver(stage, { outcome: 'client_closed' });
  });

  it('while its last bytes are handed on ends once', async () => {
    const stage = begin();
    jest.spyOn(stage.sink, 'batch').mockImplementation(() => {
      stage.attempt.cancel('client_closed');
    });
    stage.upstream.beginStream();

    await stage.upstream.packet(CONTENT + DONE);

    expectOver(stage, { outcome: 'client_closed' });
  });

  it('has what was reported of its usage counted', async () => {
    const stage = await beginStream();
    await stage.upstream.packet(USAGE);

    stage.attempt.cancel('client_closed');

    expectOver(stage, { outcome: 'client_closed', usage: { totalTokens: 3 } });
  });
});

describe('Attempt: a shutdown', () => {
  it('interrupts an open stream', async () => {
    const stage = await beginStream();

    stage.attempt.cancel('shutdown', 'shutdown');

    expect(stage.upstream.isCancelled).toBe(true);
    expectOver(stage, { outcome: 'shutdown', interruption: 'shutdown' });
  });

  it('says nothing against a provider that was still waited for', () => {
    const stage = begin();
    stage.upstream.connect();

    stage.attempt.cancel('shutdown');

    expect(stage.upstream.isCancelled).toBe(true);
    expectOver(stage, { outcome: 'shutdown' });
  });
});

describe('Attempt: an answer that the proxy cannot cope with', () => {
  it.each([
    ['a secret where JSON has a number', '{"error":{"code":12345678}}'],
    ['an object that is no number', '{"error":{"code":{"toString":1,"valueOf":1}}}'],
  ])('is a refusal all the same, whole and as an event: %s', async (_name, body) => {
    const secrets = ['12345678'];
    const whole = prepare({ secrets });
    const streamed = prepare({ secrets });
    whole.attempt.start();
    streamed.attempt.start();

    whole.upstream.answer(200, JSON.parse(body));
    streamed.upstream.beginStream();
    await streamed.upstream.packet(`data: ${body}\n\n`);

    expectOver(whole, { outcome: 'broken', failure: { status: 502 } });
    expectOver(streamed, { outcome: 'broken', failure: { status: 502 } });
    const { failure } = streamed.sink.results[0] ?? {};
    expect(failure instanceof ProxyError && JSON.stringify(failure.toBody())).not.toContain(
      '12345678',
    );
  });

  it.each(['opened', 'batch', 'whole'] as const)(
    'ends it when what it brings cannot be handed on: %s',
    async (step) => {
      const stage = prepare();
      jest.spyOn(stage.sink, step).mockImplementation(() => {
        throw new Error('bug');
      });
      stage.attempt.start();

      if (step === 'whole') {
        stage.upstream.answer(200, {});
      } else {
        stage.upstream.beginStream();
        await stage.upstream.packet(CONTENT);
      }

      expect(stage.sink.results).toMatchObject([{ failure: { code: 'internal_error' } }]);
      expect(stage.upstream.isCancelled).toBe(true);
      expect(stage.clock.pending).toBe(0);
    },
  );

  it('is one that sends formalities without end, and no content', async () => {
    const stage = begin();
    stage.upstream.beginStream();

    await stage.upstream.packet(ROLE.repeat(1000));
    expect(stage.sink.results).toStrictEqual([]);
    await stage.upstream.packet(ROLE.repeat(25_000));

    expectOver(stage, { outcome: 'broken', failure: { code: 'upstream_invalid_response' } });
    expect(stage.upstream.isCancelled).toBe(true);
  });

  it('is HTML, also where its type was given twice', () => {
    const stage = begin();
    stage.upstream.connect();

    const twice: unknown = ['text/html', 'text/html'];
    stage.upstream.respond(200, { 'content-type': twice as string });

    expectOver(stage, { outcome: 'broken', failure: { code: 'upstream_invalid_response' } });
  });
});
