import type { z } from 'zod';
import type { DocumentPath } from '../document-path.js';
import { configSchema, type ParsedConfig } from './config.schema.js';

/** A mistake that the schema found in the document. */
export interface SchemaProblem {
  readonly path: DocumentPath;
  readonly message: string;
  readonly remedy: string;
  /** True when the value at fault can be no secret. */
  readonly showsValue: boolean;
}

/** What the schema makes of a document: the parsed configuration, or everything wrong with it. */
export type CheckedDocument =
  { readonly parsed: ParsedConfig } | { readonly problems: readonly SchemaProblem[] };

export function checkDocument(document: unknown): CheckedDocument {
  const result = configSchema.safeParse(document);
  return result.success
    ? { parsed: result.data }
    : { problems: result.error.issues.flatMap(toProblems) };
}

function toProblems(issue: z.core.$ZodIssue): readonly SchemaProblem[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code === 'unrecognized_keys') {
    const suggestions = issue.message.split('\n');
    return issue.keys.map((key, index) => ({
      path: [...path, key],
      message: 'is not a known key',
      remedy: suggestions[index] ?? '',
      showsValue: false,
    }));
  }
  const remedy: unknown = issue.code === 'custom' ? issue.params?.['remedy'] : undefined;
  return [
    {
      path,
      message: issue.message,
      remedy: typeof remedy === 'string' ? remedy : '',
      showsValue: issue.code === 'custom' && issue.params?.['showsValue'] === true,
    },
  ];
}
