import { afterEach, describe, expect, it } from '@jest/globals';
import type OpenAI from 'openai';
import { MODEL, PROVIDER_KEY, closeAll, eventOf, sse, startProxy } from '../support/index.js';
import { CHAT, MASTER_KEY, all, clientBefore, clientOf } from '../support/openai.js';

const { messages: MESSAGES } = CHAT;

/** @returns the SDK's client of a proxy in front of the demo model */
async function demoClient(): Promise<OpenAI> {
  const proxy = await startProxy({
    config: {
      providers: [
        {
          name: 'demo',
          type: 'demo',
          model_mapping: { demo: 'demo' },
          tokens_per_second: 0,
          latency: 0,
          response_tokens: 12,
        },
      ],
      server: { master_api_key: MASTER_KEY },
    },
  });
  return clientOf(proxy);
}

describe('the openai package with the demo model', () => {
  afterEach(closeAll);

  it('chats', async () => {
    const client = await demoClient();

    const answer = await client.chat.completions.create({ model: 'demo', messages: MESSAGES });

    expect(answer.model).toBe('demo');
    expect(answer.choices[0]?.message.content).toMatch(/^You said: "Say hello"/);
    expect(answer.usage).toStrictEqual({
      prompt_tokens: 2,
      completion_tokens: 12,
      total_tokens: 14,
    });
  });

  it('streams a chat, with usage when it asks for it', async () => {
    const client = await demoClient();

    const stream = await client.chat.completions.create({
      model: 'demo',
      messages: MESSAGES,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await all(stream);

    const text = chunks.map(({ choices: [choice] }) => choice?.delta.content ?? '').join('');
    expect(text).toMatch(/^You said: "Say hello"/);
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.at(-1)?.usage?.completion_tokens).toBe(12);
  });

  it('streams a chat without usage when it does not ask for it', async () => {
    const client = await demoClient();

    const stream = await client.chat.completions.create({
      model: 'demo',
      messages: MESSAGES,
      stream: true,
    });
    const chunks = await all(stream);

    expect(chunks.filter(({ usage }) => usage !== undefined && usage !== null)).toStrictEqual([]);
    expect(chunks.every(({ choices }) => choices.length === 1)).toBe(true);
  });

  it('completes', async () => {
    const client = await demoClient();

    const answer = await client.completions.create({ model: 'demo', prompt: 'Once upon' });

    expect(answer.object).toBe('text_completion');
    expect(answer.choices[0]?.text).toContain('Once upon');
  });

  it('streams a completion', async () => {
    const client = await demoClient();

    const stream = await client.completions.create({ model: 'demo', prompt: 'Once', stream: true });
    const chunks = await all(stream);

    expect(chunks.map(({ choices: [choice] }) => choice?.text ?? '').join('')).toContain('Once');
  });

  it.each(['base64', 'float'] as const)('embeds, in %s', async (format) => {
    const client = await demoClient();
    const asked = { model: 'demo', input: ['one', 'two'], dimensions: 8 };

    // The SDK itself asks for base64, and decodes it, when it is not told a format.
    const answer = await client.embeddings.create(
      format === 'float' ? { ...asked, encoding_format: format } : asked,
    );

    const [first, second] = answer.data.map(({ embedding }) => embedding);
    expect([first?.length, second?.length]).toStrictEqual([8, 8]);
    expect(Math.hypot(...(first ?? []))).toBeCloseTo(1, 5);
    expect(first).not.toStrictEqual(second);
  });

  it('lists and finds models', async () => {
    const client = await demoClient();

    const list = await all(client.models.list());
    const one = await client.models.retrieve('demo');

    expect(list.map(({ id }) => id)).toStrictEqual(['demo']);
    expect(one).toStrictEqual(list[0]);
  });
});

describe('the openai package with tools', () => {
  afterEach(closeAll);

  /** A piece of a tool call, as providers stream it. */
  function toolEvent(call: object, finish: string | null = null): string {
    const delta = { role: 'assistant', tool_calls: [{ index: 0, ...call }] };
    return eventOf({
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1,
      model: MODEL,
      choices: [{ index: 0, delta: finish === null ? delta : {}, finish_reason: finish }],
    });
  }

  it('puts a streamed call together', async () => {
    const events = [
      toolEvent({ id: 'call-1', type: 'function', function: { name: 'weather', arguments: '' } }),
      ...['{"ci', 'ty":"Zür', 'ich"}'].map((part) => toolEvent({ function: { arguments: part } })),
      toolEvent({}, 'tool_calls'),
    ];
    const { client, upstream } = await clientBefore(sse(events));
    const tools = [
      {
        type: 'function' as const,
        function: { name: 'weather', parameters: { type: 'object', properties: {} } },
      },
    ];

    const runner = client.chat.completions.stream({ ...CHAT, tools });
    const { choices } = await runner.finalChatCompletion();

    expect(choices[0]?.finish_reason).toBe('tool_calls');
    expect(choices[0]?.message.tool_calls).toMatchObject([
      { id: 'call-1', function: { name: 'weather', arguments: '{"city":"Zürich"}' } },
    ]);
    expect(JSON.parse(upstream.lastRequest.body.toString())).toMatchObject({ tools });
    expect(upstream.lastRequest.headers['authorization']).toBe(`Bearer ${PROVIDER_KEY}`);
  });
});
