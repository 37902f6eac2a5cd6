import type { z } from 'zod';
import { configJsonSchema } from './json-schema.js';
import { OVERRIDES } from './read/overrides.js';
import { formatPath } from './document-path.js';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** One setting, as the reference table shows it. */
interface Row {
  readonly key: string;
  readonly accepts: string;
  readonly fallback: string;
  readonly description: string;
}

const HEAD = `# Configuration

Every setting there is, generated from the schema (\`npm run schema\`); config/example.yaml shows them
at work. How the file is found, and how variables are filled in: see the README.`;

/** @returns every setting, generated from the schema, as a page of Markdown */
export function configReference(): string {
  const schema = configJsonSchema();
  const providers = variantsOf(property(schema, 'providers'));
  return [
    HEAD,
    '## The whole file',
    table(rowsOf(schema, '')),
    ...providers.flatMap((variant) => [
      `## A provider of type \`${typeOf(variant)}\``,
      table(rowsOf(variant, '')),
    ]),
    '## Environment variables that override the file',
    markdownTable(
      ['variable', 'setting'],
      OVERRIDES.map(({ variable, path }) => [code(variable), code(formatPath(path))]),
    ),
  ].join('\n\n');
}

function rowsOf(schema: JsonSchema, prefix: string): readonly Row[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, value]) => {
    const inner = asSchema(value);
    const key = prefix === '' ? name : `${prefix}.${name}`;
    if (inner.properties !== undefined) {
      return rowsOf(inner, key);
    }
    return [
      {
        key,
        accepts: acceptsOf(inner),
        fallback: fallbackOf(inner, schema.required?.includes(name) === true),
        description: inner.description ?? '',
      },
    ];
  });
}

function acceptsOf(schema: JsonSchema): string {
  if (schema.const !== undefined) {
    return code(String(schema.const));
  }
  return schema.title ?? (schema.type === 'array' ? 'list' : String(schema.type));
}

function fallbackOf(schema: JsonSchema, required: boolean): string {
  if (required) {
    return '(required)';
  }
  const { default: fallback } = schema;
  if (fallback === undefined || typeof fallback === 'object') {
    return '';
  }
  return code(typeof fallback === 'string' ? fallback : JSON.stringify(fallback));
}

function variantsOf(list: JsonSchema): readonly JsonSchema[] {
  const items = Array.isArray(list.items) ? undefined : list.items;
  return (items === undefined ? [] : (asSchema(items).oneOf ?? [])).map(asSchema);
}

function typeOf(variant: JsonSchema): string {
  return String(property(variant, 'type').const);
}

function property(schema: JsonSchema, name: string): JsonSchema {
  return asSchema(schema.properties?.[name] ?? false);
}

function asSchema(schema: JsonSchema | boolean): JsonSchema {
  return typeof schema === 'boolean' ? {} : schema;
}

function table(rows: readonly Row[]): string {
  return markdownTable(
    ['key', 'accepts', 'default', 'meaning'],
    rows.map(({ key, accepts, fallback, description }) => [
      code(key),
      accepts,
      fallback,
      description,
    ]),
  );
}

/** Columns are padded as prettier pads them, so that formatting the docs changes nothing. */
function markdownTable(head: readonly string[], body: readonly (readonly string[])[]): string {
  const rows = [head, ...body].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) =>
    Math.max(3, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const lines = rows.map((row) =>
    line(row.map((cell, column) => cell.padEnd(widths[column] ?? 0))),
  );
  lines.splice(1, 0, line(widths.map((width) => '-'.repeat(width))));
  return lines.join('\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function code(text: string): string {
  return `\`${text}\``;
}
