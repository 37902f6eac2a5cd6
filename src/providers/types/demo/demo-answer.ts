import { randomUUID } from 'node:crypto';
import type { AnswerFormat, DemoUsage, FinishReason } from './answer-format.js';
import { answerTokens } from './answer-text.js';
import type { DemoRequest } from './demo-request.js';

/** One answer of the demo model, ready to be sent whole or as a stream. */
export interface DemoAnswer {
  readonly tokens: readonly string[];
  /** @returns the whole answer's body */
  whole(): Buffer;
  /** @returns the stream's events, in order; event `i + leading` carries token `i` */
  events(): readonly Buffer[];
  /** How many events come before the first token. */
  readonly leading: number;
}

/**
 * @param length - tokens of an answer unless the client wants fewer
 * @returns the answer to `request` as `format` writes it
 */
export function createAnswer(
  request: DemoRequest,
  format: AnswerFormat,
  length: number,
): DemoAnswer {
  const tokens = answerTokens(request.prompt, Math.min(length, request.maxTokens ?? length));
  const finishReason: FinishReason = tokens.length < length ? 'length' : 'stop';
  const usage: DemoUsage = {
    prompt_tokens: request.promptTokens,
    completion_tokens: tokens.length,
    total_tokens: request.promptTokens + tokens.length,
  };
  const head = {
    id: `${format.idPrefix}-${randomUUID()}`,
    created: Math.floor(Date.now() / 1000),
    model: request.model,
  };
  const chunk = (choices: readonly object[], more: object = {}): Buffer =>
    eventOf({ ...head, object: format.chunkObject, choices, ...more });
  const opening = format.opening();

  return {
    tokens,
    leading: opening === undefined ? 0 : 1,
    whole: () =>
      Buffer.from(
        JSON.stringify({
          ...head,
          object: format.object,
          choices: [format.choice(tokens.join(''), finishReason)],
          usage,
        }),
      ),
    events: () => [
      ...(opening === undefined ? [] : [chunk([opening])]),
      ...tokens.map((token) => chunk([format.token(token)])),
      chunk([format.closing(finishReason)]),
      ...(request.includeUsage ? [chunk([], { usage })] : []),
      Buffer.from('data: [DONE]\n\n'),
    ],
  };
}

function eventOf(data: object): Buffer {
  return Buffer.from(`data: ${JSON.stringify(data)}\n\n`);
}
