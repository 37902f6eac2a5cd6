import { applyEdits, type Edit, jsonString } from '../wire/index.js';
import type { CompletionRequest } from './completion-request.js';

const TRUE = Buffer.from('true');
const USAGE_OPTION = Buffer.from('"include_usage":true');
const USAGE_OPTION_FIRST = Buffer.from('"include_usage":true,');
const USAGE_OPTIONS = Buffer.from('{"include_usage":true}');
const USAGE_MEMBER_FIRST = Buffer.from('"stream_options":{"include_usage":true},');

/**
 * Writes the body for one provider: the client's own bytes, with the provider's name of the model,
 * and, where `asksUsage`, with the option that makes a stream report its usage.
 *
 * @param furtherEdits - of the client's bytes, elsewhere than in those two
 * @returns the body in pieces; nothing of the client's bytes is copied
 */
export function upstreamBody(
  request: CompletionRequest,
  upstreamModel: string,
  asksUsage: boolean,
  furtherEdits: readonly Edit[] = [],
): readonly Uint8Array[] {
  const edits: Edit[] = [...furtherEdits];
  if (upstreamModel !== request.model || request.modelSpans.length > 1) {
    const replacement = jsonString(upstreamModel);
    edits.push(...request.modelSpans.map((span) => ({ ...span, replacement })));
  }
  if (asksUsage) {
    edits.push(usageEdit(request));
  }
  return applyEdits(request.bytes, edits);
}

function usageEdit({ streamOptions, inside }: CompletionRequest): Edit {
  if (streamOptions === undefined) {
    return { start: inside, end: inside, replacement: USAGE_MEMBER_FIRST };
  }
  const { start, end, includeUsage, isEmpty } = streamOptions;
  if (includeUsage !== undefined) {
    return { start: includeUsage.start, end: includeUsage.end, replacement: TRUE };
  }
  if (streamOptions.inside === undefined) {
    return { start, end, replacement: USAGE_OPTIONS };
  }
  return {
    start: streamOptions.inside,
    end: streamOptions.inside,
    replacement: isEmpty ? USAGE_OPTION : USAGE_OPTION_FIRST,
  };
}
