/** How many words an answer has. */
const WORDS = 30;

/** @returns the words of the answer to a request: every provider gives the same, so it can be checked */
function wordsOf(id: string): readonly string[] {
  return Array.from({ length: WORDS }, (_, index) => `${id}-${index} `);
}

/** @returns the whole answer to a request, as text */
export function textOf(id: string): string {
  return wordsOf(id).join('');
}

/** @returns the answer as one JSON body */
export function wholeAnswer(id: string, model: string): string {
  const message = { role: 'assistant', content: textOf(id) };
  const usage = { prompt_tokens: 1, completion_tokens: WORDS, total_tokens: WORDS + 1 };
  return JSON.stringify({
    id: `chatcmpl-${id}`,
    object: 'chat.completion',
    model,
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage,
  });
}

/** @returns the answer as the events of a stream, without their end */
export function eventsOf(id: string, model: string): readonly string[] {
  const chunk = (delta: object, reason: string | null): string => {
    const choices = [{ index: 0, delta, finish_reason: reason }];
    const head = { id: `chatcmpl-${id}`, object: 'chat.completion.chunk', model };
    return `data: ${JSON.stringify({ ...head, choices })}\n\n`;
  };
  return [
    chunk({ role: 'assistant', content: '' }, null),
    ...wordsOf(id).map((content) => chunk({ content }, null)),
    chunk({}, 'stop'),
  ];
}
