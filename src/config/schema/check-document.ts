import type { z } from 'zod';
import { type DocumentPath, isMapping, writtenProviders } from '../document-path.js';
import { configSchema, type ParsedConfig } from './config.schema.js';
import { nearest } from './nearest.js';
import { PROVIDER_TYPES } from './provider.schema.js';

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
  const strangers = strangeTypes(document);
  // What else is wrong with such a provider is told, too: as if it were of the usual type.
  const result = configSchema.safeParse(strangers.reduce(withoutType, document));
  const problems = result.success ? [] : result.error.issues.flatMap(toProblems);
  return result.success && strangers.length === 0
    ? { parsed: result.data }
    : { problems: [...strangers.map(toTypeProblem), ...problems] };
}

/** A provider of a type that there is not. */
interface Stranger {
  readonly index: number;
  readonly type: string;
}

function strangeTypes(document: unknown): readonly Stranger[] {
  return writtenProviders(document).flatMap(({ type }, index) =>
    typeof type === 'string' && !PROVIDER_TYPES.includes(type) ? [{ index, type }] : [],
  );
}

function withoutType(document: unknown, { index }: Stranger): unknown {
  const providers = writtenProviders(document).map((provider, at) =>
    at === index ? { ...provider, type: undefined } : provider,
  );
  return isMapping(document) ? { ...document, providers } : document;
}

function toTypeProblem({ index, type }: Stranger): SchemaProblem {
  const meant = nearest(type, PROVIDER_TYPES);
  return {
    path: ['providers', index, 'type'],
    message: `must be ${PROVIDER_TYPES.join(' or ')}`,
    remedy:
      meant === undefined ? 'openai is any server that speaks its API' : `did you mean ${meant}?`,
    showsValue: true,
  };
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
