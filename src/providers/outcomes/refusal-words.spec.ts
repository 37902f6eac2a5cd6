import { describe, expect, it } from '@jest/globals';
import { outcomeOf } from './classify.js';
import type { Refusal } from './refusal.js';
import { type Row, type SaidOutcome, SENTENCES, WORDS } from './refusal-words.js';

type Samples<Sample> = Readonly<Record<SaidOutcome, readonly (readonly Sample[])[]>>;

/** What providers have sent, for each row of the table of words, in its order. */
const REFUSALS: Samples<Refusal> = {
  context_exceeded: [
    [
      {
        status: 400,
        type: 'invalid_request_error',
        code: 'context_length_exceeded',
        param: 'messages',
      },
    ],
    [
      { status: 400, code: 'string_above_max_length', param: 'messages[1].content' },
      { status: 400, code: 'string_above_max_length', param: 'input' },
    ],
    [{ status: 413, type: 'request_too_large', message: 'Request exceeds the maximum size' }],
    [{ status: 413, type: 'tokens', code: 'rate_limit_exceeded' }],
    [{ status: 400, code: '400', type: 'exceed_context_size_error' }],
    [{ status: 413, code: 'tokens_limit_reached' }],
  ],
  content_refused: [
    [
      { status: 400, type: 'invalid_request_error', code: 'content_policy_violation' },
      { status: 403, code: 'content_policy_violation' },
      { status: 400, code: 'misalignment_policy_violation' },
    ],
    [{ status: 400, type: 'image_generation_user_error', code: 'moderation_blocked' }],
    [
      { status: 400, code: 'content_filter', param: 'prompt' },
      { status: 400, code: '400', type: 'content_filter', param: 'prompt' },
      { status: 400, code: 'contentFilter' },
    ],
    [{ status: 400, code: 'ResponsibleAIPolicyViolation' }],
    [
      { status: 400, type: 'data_inspection_failed', code: 'data_inspection_failed' },
      { status: 400, code: 'DataInspectionFailed' },
    ],
  ],
  credentials_refused: [
    [{ status: 429, type: 'insufficient_quota', code: 'insufficient_quota' }],
    [
      { status: 429, code: 'billing_not_active' },
      { status: 400, code: 'billing_hard_limit_reached' },
    ],
    [{ status: 400, type: 'invalid_request_error', code: 'invalid_api_key' }],
    [{ status: 400, type: 'billing_error' }],
    [{ status: 429, type: 'exceeded_current_quota_error' }],
    [{ status: 400, type: 'Arrearage', code: 'Arrearage' }],
  ],
};

/** The same for the table of sentences; what came after these words is left out. */
const MESSAGES: Samples<string> = {
  context_exceeded: [
    [
      "This model's maximum context length is 65536 tokens. However, you requested 66343 tokens",
      "This model's maximum context length is 2048 tokens. However, your request has 8 input tokens",
    ],
    ['Your input exceeds the context window of this model. Please adjust your input'],
    ['Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in'],
    ["This endpoint's maximum context length is 204800 tokens. However, you requested about"],
    [
      'prompt is too long: 201130 tokens > 200000 maximum',
      'The prompt is too long: 9000, model maximum context length: 8191',
    ],
    ['input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000'],
    ['Input is too long for requested model.'],
    [
      'Prompt contains 65673 tokens and 0 draft tokens, too large for model with 32768 maximum',
      'Prompt contains 300000 tokens, too large for model with 131072 maximum context length',
    ],
    [
      'The input token count (1200293) exceeds the maximum number of tokens allowed (1048576).',
      'The input token count exceeds the maximum number of tokens allowed (1048576).',
    ],
    ['Please reduce the length of the messages or completion. Current length is 42328 while'],
    ['Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8193. Given:'],
    ["This model's maximum prompt length is 131072 but the request contains 136973 tokens."],
    ['<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 983616]'],
    ['Invalid request: Your request exceeded model token limit: 262144 (requested: 269030)'],
    ['invalid params, context window exceeds limit (2013)'],
    ['Prompt exceeds max length'],
    ['too many tokens: size limit exceeded by 11326 tokens. Try using shorter or fewer inputs'],
    ['The decoder prompt (length 5000) is longer than the maximum model length of 4096.'],
    ["The input (9000 tokens) is longer than the model's context length (8192 tokens)."],
    ["Requested token count exceeds the model's maximum context length of 131072 tokens."],
    [
      'request (9412 tokens) exceeds the available context size (8192 tokens), try increasing it',
      'the request exceeds the available context size. try increasing the context size',
    ],
    ['the input length exceeds the context length', 'input length exceeds maximum context length'],
    ['prompt too long; exceeded max context length by 4096 tokens'],
    ['The number of tokens to keep from the initial prompt is greater than the context length.'],
    ['litellm.ContextWindowExceededError: litellm.BadRequestError: AnthropicException - {"type"'],
  ],
  content_refused: [
    ['Invalid prompt: your prompt was flagged as potentially violating our usage policy. Please'],
    [
      'Your request was rejected as a result of our safety system. Your prompt may contain',
      'Your request was rejected by the safety system. If you believe this is an error',
    ],
    ["The response was filtered due to the prompt triggering Azure OpenAI's content management"],
    ['Output blocked by content filtering policy'],
    ['openai/gpt-x:free requires moderation on OpenAI. Your input was flagged for "violence".'],
    ['Content Exists Risk'],
    ['Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_BIO'],
    [
      'Input data may contain inappropriate content.',
      'Output data may contain inappropriate content.',
      'Input text data may contain inappropriate content.',
    ],
    ['The request was rejected because it was considered high risk'],
    ['litellm.ContentPolicyViolationError: litellm.BadRequestError: AzureException'],
  ],
  credentials_refused: [
    ['Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing'],
    ['You have reached your specified API usage limits. You will regain access on 2026-11-01'],
    ['Insufficient Balance', 'Insufficient balance or no resource package. Please recharge.'],
    ['Your team 76d698e2-6235 has either used all available credits or reached its monthly limit'],
    ['Incorrect API key provided: xa***ey. You can obtain an API key from https://console.x.ai.'],
    ['API key not valid. Please pass a valid API key.', 'API key expired. Please renew it.'],
  ],
};

/** Each row with the samples at its place. */
function withSamples<Sample>(
  table: Readonly<Record<SaidOutcome, readonly Row[]>>,
  samples: Samples<Sample>,
): [provider: string, outcome: SaidOutcome, samples: readonly Sample[], pattern: RegExp][] {
  return Object.entries(table).flatMap(([name, rows]) => {
    const outcome = name as SaidOutcome;
    return rows.map(
      ([provider, pattern], place): ReturnType<typeof withSamples<Sample>>[number] => [
        provider,
        outcome,
        samples[outcome][place] ?? [],
        pattern,
      ],
    );
  });
}

describe('WORDS', () => {
  it.each(withSamples(WORDS, REFUSALS))(
    'of %s mean %s: %j',
    (_provider, outcome, refusals, pattern) => {
      expect(refusals).not.toHaveLength(0);
      for (const refusal of refusals) {
        expect([refusal.code, refusal.type]).toContainEqual(expect.stringMatching(pattern));
        expect(outcomeOf(refusal)).toBe(outcome);
      }
    },
  );
});

describe('SENTENCES', () => {
  it.each(withSamples(SENTENCES, MESSAGES))(
    'of %s mean %s: %j',
    (_provider, outcome, messages, pattern) => {
      const anywhere = new RegExp(pattern.source.slice(1), pattern.flags);

      expect(messages).not.toHaveLength(0);
      for (const message of messages) {
        expect(message).toMatch(anywhere);
        expect(outcomeOf({ status: 400, type: 'invalid_request_error', message })).toBe(outcome);
      }
    },
  );
});
