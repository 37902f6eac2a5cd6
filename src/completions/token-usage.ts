import type { TokenUsage } from '../http/index.js';

/**
 * @param value - the parsed `usage` of an answer
 * @returns its counts; undefined when it reports none. An explicit zero is a count.
 */
export function tokenUsageFrom(value: unknown): TokenUsage | undefined {
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  const usage = {
    promptTokens: countOf(value, 'prompt_tokens'),
    completionTokens: countOf(value, 'completion_tokens'),
    totalTokens: countOf(value, 'total_tokens'),
  };
  return Object.values(usage).some((count) => count !== undefined) ? usage : undefined;
}

function countOf(usage: object, name: string): number | undefined {
  const count: unknown = Reflect.get(usage, name);
  return typeof count === 'number' && Number.isFinite(count) && count >= 0 ? count : undefined;
}
