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
  // What no answer can have is no count; added up it would be infinite soon.
  return typeof count === 'number' && count >= 0 && count <= Number.MAX_SAFE_INTEGER
    ? count
    : undefined;
}

/**
 * Joins what a stream reported so far with what its next chunk reports. Counts only grow while an
 * answer is made, so a later zero does not undo one, and what one chunk leaves out another gave.
 */
export function mergeUsage(
  earlier: TokenUsage | undefined,
  later: TokenUsage | undefined,
): TokenUsage | undefined {
  if (earlier === undefined || later === undefined) {
    return later ?? earlier;
  }
  return {
    promptTokens: laterCount(earlier.promptTokens, later.promptTokens),
    completionTokens: laterCount(earlier.completionTokens, later.completionTokens),
    totalTokens: laterCount(earlier.totalTokens, later.totalTokens),
  };
}

function laterCount(earlier: number | undefined, later: number | undefined): number | undefined {
  return later === undefined || later === 0 ? (earlier ?? later) : later;
}
