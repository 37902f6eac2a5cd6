import { describe, expect, it, jest } from '@jest/globals';
import { FakeClock } from '../../../../test/support/fake-clock.js';
import { RecordingListener } from '../../../../test/support/recording-listener.js';
import { type DemoProviderConfig, parseConfig } from '../../../config/index.js';
import type { UpstreamExchange, UpstreamListener } from '../../upstream/upstream.js';
import { DemoUpstream } from './upstream.js';

/** Longer than any answer takes, ms. */
const LONG = 1_000_000;

const CHAT = '/chat/completions';
const MESSAGES = [{ role: 'user', content: 'Hello there' }];

interface Setting {
  readonly settings?: string;
  readonly path?: string;
  readonly body?: unknown;
  readonly then?: Partial<UpstreamListener>;
}

class Call {
  readonly clock = new FakeClock();
  readonly startedAt = this.clock.now();
  /** When each piece came, ms after the call began. */
  readonly times: number[] = [];
  readonly listener: RecordingListener;
  readonly exchange: UpstreamExchange;

  constructor({ settings = '', path = CHAT, body = {}, then = {} }: Setting) {
    const yaml = `providers: [{name: a, type: demo, ${settings}}]`;
    const [config] = parseConfig(yaml).providers;
    this.listener = new RecordingListener({
      ...then,
      onData: (chunk) => {
        this.times.push(this.clock.now() - this.startedAt);
        then.onData?.(chunk);
      },
    });
    const upstream = new DemoUpstream(config as DemoProviderConfig, this.clock);
    const bytes =
      typeof body === 'string' ? body : JSON.stringify({ model: 'demo', ...(body as object) });
    this.exchange = upstream.send(
      {
        path,
        clientHeaders: {},
        requestId: '1',
        traceContext: undefined,
        body: [Buffer.from(bytes)],
      },
      this.listener,
    );
  }

  get text(): string {
    return this.listener.body.toString();
  }

  get json(): Json {
    return JSON.parse(this.text) as Json;
  }

  /** The data of all events but the last, `[DONE]`. */
  get chunks(): Json[] {
    const events = this.text.split('\n\n');
    if (events.slice(-2).join() !== 'data: [DONE],') {
      throw new Error(`the stream does not end in [DONE]: ${events.slice(-2).join()}`);
    }
    return events.slice(0, -2).map((event) => JSON.parse(event.slice('data: '.length)) as Json);
  }

  run(): this {
    this.clock.advance(LONG);
    return this;
  }
}

interface Choice {
  readonly message?: { readonly content: string };
  readonly delta?: { readonly content?: string };
  readonly text?: string;
  readonly finish_reason: string | null;
}

interface Json {
  readonly id: string;
  readonly choices: readonly Choice[];
  readonly usage?: { readonly completion_tokens: number };
}

function textOf(chunks: readonly Json[]): string {
  return chunks
    .map(({ choices: [choice] }) => choice?.delta?.content ?? choice?.text ?? '')
    .join('');
}

describe('DemoUpstream', () => {
  describe('answers', () => {
    it('a chat', () => {
      const call = new Call({ body: { messages: MESSAGES }, settings: 'response_tokens: 5' }).run();

      expect(call.listener.heard).toStrictEqual(['connected', 'response 200', 'data', 'end']);
      expect(call.listener.headers).toStrictEqual({ 'content-type': 'application/json' });
      expect(call.json).toStrictEqual({
        id: expect.stringMatching(/^chatcmpl-/),
        created: expect.any(Number),
        model: 'demo',
        object: 'chat.completion',
        choices: [
          {
            index: 0,
            message: {
              role: 'assistant',
              content: 'You said: "Hello there". This',
              refusal: null,
            },
            logprobs: null,
            finish_reason: 'stop',
          },
        ],
        usage: { prompt_tokens: 2, completion_tokens: 5, total_tokens: 7 },
      });
    });

    it('a completion', () => {
      const call = new Call({
        path: '/completions',
        body: { prompt: 'Hello there' },
        settings: 'response_tokens: 5',
      }).run();

      expect(call.json).toMatchObject({
        id: expect.stringMatching(/^cmpl-/),
        object: 'text_completion',
        choices: [{ text: 'You said: "Hello there". This', finish_reason: 'stop' }],
        usage: { prompt_tokens: 2, completion_tokens: 5, total_tokens: 7 },
      });
    });

    it('embeddings, after its latency', () => {
      const call = new Call({
        path: '/embeddings',
        body: { input: 'one two' },
        settings: 'latency: 2s',
      }).run();

      expect(call.json).toMatchObject({ usage: { prompt_tokens: 2, total_tokens: 2 } });
      expect(call.times).toStrictEqual([2000]);
    });

    it('each request under an id of its own', () => {
      const ids = [1, 2].map(() => new Call({ body: { messages: MESSAGES } }).run().json.id);

      expect(new Set(ids).size).toBe(2);
    });
  });

  describe.each([
    ['chat', CHAT, { messages: MESSAGES }, 'chat.completion.chunk', 1],
    ['completion', '/completions', { prompt: 'Hello there' }, 'text_completion', 0],
  ])('streams a %s', (_, path, body, object, leading) => {
    const stream = (more: object = {}, settings = 'response_tokens: 20'): Call =>
      new Call({ path, settings, body: { ...body, stream: true, ...more } }).run();

    it('as the same text that it gives whole, one token an event', () => {
      const whole = new Call({ path, settings: 'response_tokens: 20', body }).run().json;
      const call = stream();
      const [choice] = whole.choices;

      expect(call.listener.headers).toStrictEqual({ 'content-type': 'text/event-stream' });
      expect(textOf(call.chunks)).toBe(choice?.message?.content ?? choice?.text);
      expect(call.chunks).toHaveLength(leading + 20 + 1);
      expect(call.listener.heard.at(-1)).toBe('end');
    });

    it('as chunks of one answer, of which the last says why it stopped', () => {
      const { chunks } = stream();

      expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
      expect(chunks.every((chunk) => 'object' in chunk && chunk.object === object)).toBe(true);
      expect(chunks.map(({ choices }) => choices[0]?.finish_reason)).toStrictEqual([
        ...new Array<null>(leading + 20).fill(null),
        'stop',
      ]);
    });

    it('with usage only when it is asked for, and of what it really sent', () => {
      const silent = stream();
      const { chunks } = stream({ stream_options: { include_usage: true } });

      expect(silent.text).not.toContain('usage');
      expect(chunks.at(-1)).toMatchObject({
        choices: [],
        usage: { prompt_tokens: 2, completion_tokens: 20, total_tokens: 22 },
      });
      expect(chunks.slice(leading, -2)).toHaveLength(20);
    });

    it.each([
      [7, 7, 'length'],
      [19, 19, 'length'],
      [20, 20, 'stop'],
      [21, 20, 'stop'],
    ])('that max_tokens %d ends after %d: %s', (maxTokens, sent, reason) => {
      const { chunks } = stream({ max_tokens: maxTokens, stream_options: { include_usage: true } });

      expect(chunks.slice(leading, -2)).toHaveLength(sent);
      expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe(reason);
      expect(chunks.at(-1)?.usage?.completion_tokens).toBe(sent);
    });
  });

  describe('keeps its pace', () => {
    const SETTINGS = 'response_tokens: 4, tokens_per_second: 10, latency: 500ms';

    it('in a stream', () => {
      const call = new Call({
        settings: SETTINGS,
        body: { messages: MESSAGES, stream: true, stream_options: { include_usage: true } },
      }).run();

      // The role, four tokens, why it stopped, usage, [DONE].
      expect(call.times).toStrictEqual([500, 500, 600, 700, 800, 900, 900, 900]);
    });

    it('and takes as long for a whole answer', () => {
      const call = new Call({ settings: SETTINGS, body: { messages: MESSAGES } }).run();

      expect(call.times).toStrictEqual([900]);
    });

    it('as fast as it can when it has none', () => {
      const call = new Call({
        settings: 'tokens_per_second: 0, latency: 0s',
        body: { messages: MESSAGES, stream: true },
      }).run();

      expect(new Set(call.times)).toStrictEqual(new Set([0]));
    });

    it('with one timer at a time, and none when it is over', () => {
      const call = new Call({ settings: SETTINGS, body: { messages: MESSAGES, stream: true } });

      expect(call.clock.pending).toBe(1);
      call.clock.advance(650);
      expect(call.clock.pending).toBe(1);
      call.run();
      expect(call.clock.pending).toBe(0);
    });

    it('at a pace that is no whole number of milliseconds, with one timer a token', () => {
      const call = new Call({
        settings: 'response_tokens: 60, tokens_per_second: 60, latency: 0s',
        body: { messages: MESSAGES, stream: true },
      });
      const setTimer = jest.spyOn(call.clock, 'setTimer');
      call.run();

      expect(call.times.slice(1, 5)).toStrictEqual([0, 17, 34, 50]);
      expect(call.times.at(-1)).toBe(1000);
      expect(setTimer).toHaveBeenCalledTimes(60);
    });

    it('and begins nothing before its latency is over', () => {
      const call = new Call({ settings: SETTINGS, body: { messages: MESSAGES, stream: true } });

      call.clock.advance(499);

      expect(call.listener.heard).toStrictEqual(['connected']);
    });
  });

  describe('is held back', () => {
    const SETTINGS = 'response_tokens: 4, tokens_per_second: 10, latency: 0s';
    const body = { messages: MESSAGES, stream: true };

    it('by a pause, and then catches up', () => {
      const call = new Call({ settings: SETTINGS, body });
      call.clock.advance(100);
      const before = call.times.length;

      call.exchange.pause();
      call.clock.advance(250);
      expect(call.times).toHaveLength(before);
      call.exchange.resume();
      call.run();

      expect(call.times).toStrictEqual([0, 0, 100, 350, 350, 400, 400]);
      expect(call.listener.heard.at(-1)).toBe('end');
    });

    it('by a pause within what it is about to send', () => {
      const call: Call = new Call({
        settings: 'tokens_per_second: 0, latency: 0s',
        body,
        then: {
          onData: () => {
            call.exchange.pause();
          },
        },
      });
      call.run();
      const before = call.times.length;
      call.exchange.resume();
      call.run();

      expect(before).toBe(1);
      expect(call.times).toHaveLength(2);
    });

    it('by a pause before it begins', () => {
      const call = new Call({ settings: SETTINGS, body });

      call.exchange.pause();
      call.run();
      expect(call.listener.heard).toStrictEqual(['connected']);
      call.exchange.resume();
      call.run();

      expect(call.listener.heard.at(-1)).toBe('end');
    });

    it('not by a resume that nothing was paused for', () => {
      const call = new Call({ settings: SETTINGS, body });

      call.exchange.resume();
      expect(call.clock.pending).toBe(1);
      call.run();
      call.exchange.resume();
      call.run();

      expect(call.times).toStrictEqual([0, 0, 100, 200, 300, 400, 400]);
      expect(call.listener.heard.filter((heard) => heard === 'end')).toHaveLength(1);
    });
  });

  describe('is cancelled', () => {
    const body = { messages: MESSAGES, stream: true };

    it('at any time, and says nothing more', () => {
      const call = new Call({ settings: 'latency: 100ms', body });
      call.clock.advance(200);
      const before = call.times.length;

      call.exchange.cancel();
      call.exchange.resume();
      call.run();

      expect(before).toBeGreaterThan(0);
      expect(call.times).toHaveLength(before);
      expect(call.clock.pending).toBe(0);
    });

    it.each(['onResponse', 'onData'] as const)('by who hears of it: %s', (event) => {
      const call: Call = new Call({
        body,
        settings: 'tokens_per_second: 0',
        then: {
          [event]: () => {
            call.exchange.cancel();
          },
        },
      });
      call.run();

      expect(call.times).toHaveLength(event === 'onData' ? 1 : 0);
      expect(call.listener.heard).not.toContain('end');
    });
  });

  describe('refuses as a provider would', () => {
    it.each([
      [CHAT, { messages: [] }, 400, 'messages'],
      ['/completions', {}, 400, 'prompt'],
      ['/embeddings', { input: 7 }, 400, 'input'],
      ['/audio/speech', {}, 404, null],
      [CHAT, '[]', 400, 'body'],
      [CHAT, '{"a":', 400, 'body'],
    ])('%s %j', (path, body, status, param) => {
      const call = new Call({ path, body }).run();

      expect(call.listener.heard).toContain(`response ${status}`);
      expect(call.json).toMatchObject({
        error: { type: 'invalid_request_error', param, message: expect.stringMatching(/\.$/) },
      });
      expect(call.times).toStrictEqual([0]);
    });
  });

  it('lists its model, and is well', async () => {
    const [config] = parseConfig('providers: [{name: a, type: demo}]').providers;
    const upstream = new DemoUpstream(config as DemoProviderConfig, new FakeClock());

    await expect(upstream.listModels()).resolves.toStrictEqual(['demo']);
    await expect(upstream.probe()).resolves.toBeUndefined();
    await expect(upstream.close()).resolves.toBeUndefined();
  });
});
