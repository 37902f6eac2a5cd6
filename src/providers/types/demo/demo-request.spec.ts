import { describe, expect, it } from '@jest/globals';
import { DemoRequestError, readChatRequest, readCompletionRequest } from './demo-request.js';

const MESSAGES = [{ role: 'user', content: 'Hi' }];

describe('readChatRequest', () => {
  it('reads what the demo model needs', () => {
    const request = readChatRequest({
      model: 'demo',
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 7,
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: [{ type: 'text', text: 'What is' }, { type: 'image_url' }] },
      ],
    });

    expect(request).toStrictEqual({
      model: 'demo',
      prompt: 'What is',
      promptTokens: 4,
      maxTokens: 7,
      stream: true,
      includeUsage: true,
    });
  });

  it('takes for the prompt what the user said last, whoever spoke since', () => {
    const { prompt, promptTokens } = readChatRequest({
      model: 'demo',
      messages: [
        { role: 'user', content: 'first' },
        { role: 'user', content: 'second' },
        { role: 'assistant', content: null, tool_calls: [] },
        { role: 'tool', content: '{"weather": "fine"}' },
      ],
    });

    expect(prompt).toBe('second');
    expect(promptTokens).toBe(4);
  });

  it.each<[object, object]>([
    [{}, { stream: false, includeUsage: false, maxTokens: undefined }],
    [{ stream: null, stream_options: null, max_tokens: null, n: null }, { stream: false }],
    [{ max_completion_tokens: 3, max_tokens: 9 }, { maxTokens: 3 }],
    [{ max_completion_tokens: null, max_tokens: 9 }, { maxTokens: 9 }],
    [{ n: 1 }, { stream: false }],
    [{ stream_options: { include_usage: 1 } }, { includeUsage: false }],
  ])('takes %j', (fields, expected) => {
    expect(readChatRequest({ model: 'demo', messages: MESSAGES, ...fields })).toMatchObject(
      expected,
    );
  });

  it.each([
    [{}, 'messages'],
    [{ messages: [] }, 'messages'],
    [{ messages: 'Hi' }, 'messages'],
    [{ messages: MESSAGES, n: 2 }, 'n'],
    [{ messages: MESSAGES, max_tokens: 0 }, 'max_tokens'],
    [{ messages: MESSAGES, max_tokens: 1.5 }, 'max_tokens'],
    [{ messages: MESSAGES, max_completion_tokens: '5' }, 'max_completion_tokens'],
  ])('refuses %j and names the parameter', (body, param) => {
    let refusal: unknown;
    try {
      readChatRequest({ model: 'demo', ...body });
    } catch (error) {
      refusal = error;
    }

    expect(refusal).toBeInstanceOf(DemoRequestError);
    expect(refusal).toMatchObject({ param, message: expect.stringContaining(param) });
  });

  it.each([[[null]], [['text']], [[{ role: 'user' }]], [[{ role: 'user', content: [null, 1] }]]])(
    'reads nothing into messages without text: %j',
    (messages) => {
      expect(readChatRequest({ model: 'demo', messages })).toMatchObject({
        prompt: '',
        promptTokens: 0,
      });
    },
  );
});

describe('readCompletionRequest', () => {
  it.each([
    ['Once upon a time', 'Once upon a time', 4],
    [['Once upon', 'a time'], 'Once upon a time', 4],
  ])('reads the prompt %j', (given, prompt, promptTokens) => {
    const request = readCompletionRequest({ model: 'demo', prompt: given });

    expect(request).toMatchObject({ prompt, promptTokens });
  });

  it.each([undefined, null, 1, {}])('refuses the prompt %j', (prompt) => {
    expect(() => readCompletionRequest({ model: 'demo', prompt })).toThrow(DemoRequestError);
  });
});
