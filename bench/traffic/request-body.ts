import { type AnswerPlan, modelName } from './answer-plan.ts';

const QUESTION = 'What stands between a byte that arrives and the same byte when it leaves?';

/**
 * Writes a chat request. A large one is a question about an image, as clients send it: one long
 * data URL.
 *
 * @param size - the least size of the body, bytes
 */
export function requestBody(plan: AnswerPlan, size: number): Buffer {
  const body = {
    model: modelName('client', plan),
    ...(plan.events > 0 ? { stream: true } : {}),
    temperature: 0.7,
    max_tokens: 512,
    messages: [
      { role: 'system', content: 'You are a helpful assistant.' },
      { role: 'user', content: size === 0 ? QUESTION : withImage(size) },
    ],
  };
  return Buffer.from(JSON.stringify(body));
}

function withImage(size: number): object[] {
  // Not random, but without a pattern that any scanner could profit from.
  const bytes = Buffer.from(
    Array.from({ length: 3072 }, (_, index) => (index * 2654435761) >>> 24),
  );
  const image = bytes.toString('base64');
  const url = `data:image/png;base64,${image.repeat(Math.ceil(size / image.length))}`;
  return [
    { type: 'text', text: QUESTION },
    { type: 'image_url', image_url: { url } },
  ];
}
