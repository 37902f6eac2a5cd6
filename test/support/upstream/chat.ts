/** What a provider says, in OpenAI's format: the few forms that tests need again and again. */

/** The name under which clients know the model of tests; so do providers unless a test maps it. */
export const MODEL = 'client-model';

/** The provider's name of the model, in tests that map it. */
export const UPSTREAM_MODEL = 'upstream-model';

/** @returns an event with `data` as its JSON */
export function eventOf(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** @returns the event of a chat stream that carries a piece of text */
export function textEvent(content: string, model = MODEL): string {
  return chunkEvent([{ index: 0, delta: { content }, finish_reason: null }], { model });
}

/** @returns the event that ends a chat stream's only choice */
export function finishEvent(model = MODEL): string {
  return chunkEvent([{ index: 0, delta: {}, finish_reason: 'stop' }], { model });
}

/** @returns the event that only reports usage: 3 + `completionTokens` */
export function usageEvent(completionTokens = 4, model = MODEL): string {
  const usage = {
    prompt_tokens: 3,
    completion_tokens: completionTokens,
    total_tokens: 3 + completionTokens,
  };
  return chunkEvent([], { model, usage });
}

/** @returns a whole chat answer */
export function chatAnswer(content = 'Hello', model = MODEL): object {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model,
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
  };
}

function chunkEvent(choices: readonly object[], more: object): string {
  return eventOf({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    ...more,
    choices,
  });
}
