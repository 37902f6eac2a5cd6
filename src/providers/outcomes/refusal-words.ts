import type { AttemptOutcome } from './attempt-outcome.js';
import type { Refusal } from './refusal.js';

/** What words can say that a status cannot. */
export type SaidOutcome = Extract<
  AttemptOutcome,
  'context_exceeded' | 'content_refused' | 'credentials_refused'
>;

/** Whose words they are (many have copied OpenAI's since), and what they look like. */
export type Row = readonly [
  provider: string,
  pattern: RegExp,
  condition?: (refusal: Refusal) => boolean,
];

/** Any other field that is too long is the client's mistake. */
function isOfPrompt({ param = '' }: Refusal): boolean {
  return /^(?:messages|input|prompt)\b/.test(param);
}

/** One request with more tokens than a whole minute may have: no waiting helps. */
function isTooLarge({ status }: Refusal): boolean {
  return status === 413;
}

/**
 * A `code` or a `type`, as a whole. Like the sentences below collected from the providers' pages,
 * from reports of users who met them, and from LiteLLM's exception_mapping_utils.py, in 2026.
 */
export const WORDS: Readonly<Record<SaidOutcome, readonly Row[]>> = {
  context_exceeded: [
    ['OpenAI', /^context_length_exceeded$/],
    ['OpenAI', /^string_above_max_length$/, isOfPrompt],
    ['Anthropic', /^request_too_large$/],
    ['Groq', /^rate_limit_exceeded$/, isTooLarge],
    ['llama.cpp', /^exceed_context_size_error$/],
    ['GitHub Models', /^tokens_limit_reached$/],
  ],
  content_refused: [
    ['OpenAI', /^(?:\w+_)?policy_violation$/],
    ['OpenAI images', /^moderation_blocked$/],
    ['Azure OpenAI, Moonshot', /^content_?filter$/i],
    ['Azure OpenAI', /^ResponsibleAIPolicyViolation$/],
    ['Alibaba', /^data_?inspection_?failed$/i],
  ],
  credentials_refused: [
    ['OpenAI', /^insufficient_quota$/],
    ['OpenAI', /^billing_(?:hard_limit_reached|not_active)$/],
    ['OpenAI', /^invalid_api_key$/],
    ['Anthropic', /^billing_error$/],
    ['Moonshot', /^exceeded_current_quota_error$/],
    ['Alibaba', /^arrearage$/i],
  ],
};

/**
 * The beginning of a `message`. All that could as well be said of something smaller is left out:
 * that `max_tokens` is too large for the model, or that a name is too long. Gemini's «You exceeded
 * your current quota, please check your plan and billing details» is one of these: it says so of
 * every rate limit.
 */
export const SENTENCES: Readonly<Record<SaidOutcome, readonly Row[]>> = {
  context_exceeded: [
    ['OpenAI, Azure, DeepSeek, vLLM', /^this model.s maximum context length is \d/i],
    ['OpenAI', /^your input exceeds the context window of this model/i],
    ['OpenAI', /^input tokens exceed the configured limit of \d/i],
    ['OpenRouter', /^this endpoint.s maximum context length is \d/i],
    ['Anthropic, Fireworks', /^(?:the )?prompt is too long\b/i],
    ['Anthropic', /^input length and `max_tokens` exceed context limit\b/i],
    ['Amazon Bedrock', /^input is too long for requested model\b/i],
    ['Mistral', /^prompt contains \d.{0,60}, too large for model with \d/i],
    ['Gemini', /^the input token count (?:\(\d+\) )?exceeds the maximum number of tokens/i],
    ['Groq, Cerebras', /^please reduce the length of the messages or completion\b/i],
    ['Together', /^`?inputs`? tokens \+ `?max_new_tokens`? must be <= ?\d/i],
    ['xAI', /^this model.s maximum prompt length is \d/i],
    ['Alibaba', /^range of input length should be \[/i],
    ['Moonshot', /^your request exceeded model token limit\b/i],
    ['MiniMax', /^invalid params, context window exceeds limit\b/i],
    ['Zhipu', /^prompt exceeds max length\b/i],
    ['Cohere', /^too many tokens: size limit exceeded by \d/i],
    ['vLLM', /^the \w+ prompt \(length \d+\) is longer than the maximum model length\b/i],
    ['SGLang, Together', /^the input \(\d+ tokens\) is longer than the model.s context length\b/i],
    ['SGLang', /^requested token count exceeds the model.s maximum context length\b/i],
    ['llama.cpp', /^(?:the )?request (?:\(\d+ tokens\) )?exceeds the available context size\b/i],
    ['Ollama', /^(?:the )?input length exceeds (?:the|maximum) context length\b/i],
    ['Ollama', /^prompt too long; exceeded (?:max )?context length\b/i],
    ['LM Studio', /^the number of tokens to keep from the initial prompt is greater than\b/i],
    ['LiteLLM', /^(?:litellm\.)?ContextWindowExceededError\b/],
  ],
  content_refused: [
    ['OpenAI', /^your prompt was flagged as potentially violating our usage policy\b/i],
    ['OpenAI images', /^your request was rejected (?:as a result of our|by the) safety system\b/i],
    ['Azure OpenAI', /^the response was filtered due to the prompt triggering\b/i],
    ['Anthropic', /^output blocked by content filtering policy\b/i],
    ['OpenRouter', /^[\w./:-]+ requires moderation\b/i],
    ['DeepSeek', /^content exists risk\b/i],
    ['xAI', /^content violates usage guidelines\b/i],
    ['Alibaba', /^(?:input|output)\b.{0,20}\bdata may contain inappropriate content\b/i],
    ['Moonshot', /^the request was rejected because it was considered high risk\b/i],
    ['LiteLLM', /^(?:litellm\.)?ContentPolicyViolationError\b/],
  ],
  credentials_refused: [
    ['Anthropic', /^your credit balance is too low\b/i],
    ['Anthropic', /^you have reached your specified API usage limits\b/i],
    ['DeepSeek, Zhipu', /^insufficient balance\b/i],
    ['xAI', /^your team\b.{0,60} used all available credits or reached its monthly\b/i],
    ['xAI', /^incorrect API key provided\b/i],
    ['Gemini', /^API key (?:not valid|expired)\b/i],
  ],
};
