/** Why the demo model stopped: it was done, or `max_tokens` was reached. */
export type FinishReason = 'stop' | 'length';

/** Token counts in OpenAI's names. */
export interface DemoUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

/** How an endpoint writes the same answer: as whole objects and as the chunks of a stream. */
export interface AnswerFormat {
  readonly idPrefix: string;
  readonly object: string;
  readonly chunkObject: string;
  /** The choice of a whole answer. */
  choice(text: string, finishReason: FinishReason): object;
  /** The choice of a stream's first chunk; undefined when the format has no such chunk. */
  opening(): object | undefined;
  /** The choice of a chunk with one token. */
  token(text: string): object;
  /** The choice of the last chunk. */
  closing(finishReason: FinishReason): object;
}

/** https://platform.openai.com/docs/api-reference/chat */
export const chatFormat: AnswerFormat = {
  idPrefix: 'chatcmpl',
  object: 'chat.completion',
  chunkObject: 'chat.completion.chunk',
  choice: (content, finishReason) => ({
    index: 0,
    message: { role: 'assistant', content, refusal: null },
    logprobs: null,
    finish_reason: finishReason,
  }),
  opening: () => ({
    index: 0,
    delta: { role: 'assistant', content: '' },
    logprobs: null,
    finish_reason: null,
  }),
  token: (content) => ({ index: 0, delta: { content }, logprobs: null, finish_reason: null }),
  closing: (finishReason) => ({
    index: 0,
    delta: {},
    logprobs: null,
    finish_reason: finishReason,
  }),
};

/** https://platform.openai.com/docs/api-reference/completions */
export const completionFormat: AnswerFormat = {
  idPrefix: 'cmpl',
  object: 'text_completion',
  chunkObject: 'text_completion',
  choice: (text, finishReason) => ({
    text,
    index: 0,
    logprobs: null,
    finish_reason: finishReason,
  }),
  opening: () => undefined,
  token: (text) => ({ text, index: 0, logprobs: null, finish_reason: null }),
  closing: (finishReason) => ({
    text: '',
    index: 0,
    logprobs: null,
    finish_reason: finishReason,
  }),
};
