import { CORE_SCHEMA, load, mergeTag, YAMLException } from 'js-yaml';
import { ConfigError, type ConfigProblem } from '../config-error.js';

// YAML 1.2, and `<<: *other`, which many an existing file uses to share settings.
const SCHEMA = CORE_SCHEMA.withTags(mergeTag);

/**
 * @param file the file's name, for messages
 * @returns the document as plain values
 * @throws ConfigError for a syntax error, with line and column but without the text there, which
 * may hold a secret
 */
export function parseYaml(text: string, file: string): unknown {
  try {
    return load(text, { schema: SCHEMA });
  } catch (error) {
    if (!(error instanceof YAMLException)) {
      throw error;
    }
    throw new ConfigError([describe(error, text, file)]);
  }
}

function describe({ reason, mark }: YAMLException, text: string, file: string): ConfigProblem {
  const path = mark === undefined ? '' : `line ${mark.line + 1}, column ${mark.column + 1}`;
  const line = mark === undefined ? '' : text.split('\n')[mark.line];
  const known = KNOWN_REASONS.find(
    ({ pattern, linePattern }) => pattern.test(reason) || linePattern?.test(line ?? '') === true,
  );
  return {
    file,
    path,
    message: known?.message ?? `is not valid YAML: ${withoutContent(reason)}`,
    remedy: known?.remedy ?? '',
  };
}

/** js-yaml quotes the document after a quote, a bracket or a colon; what comes before is its own. */
function withoutContent(reason: string): string {
  return reason.replace(/\s*!?["'<:].*$/s, '');
}

interface KnownReason {
  /** js-yaml's words. */
  readonly pattern: RegExp;
  /** What the line at fault looks like, where js-yaml's words do not tell. */
  readonly linePattern?: RegExp;
  readonly message: string;
  readonly remedy: string;
}

const KNOWN_REASONS: readonly KnownReason[] = [
  {
    pattern: /input is empty/,
    message: 'is empty',
    remedy: 'start with a list of providers, see config/example.yaml',
  },
  {
    pattern: /expected a single document/,
    message: 'holds more than one YAML document',
    remedy: 'remove the lines that are just ---',
  },
  {
    pattern: /duplicated mapping key/,
    message: 'the key that starts here was given before',
    remedy: 'keep one of them',
  },
  {
    pattern: /alias/,
    linePattern: /^\s*(?:- *)?\*/,
    message: 'is not valid YAML: * starts an alias, and there is none of that name',
    remedy: 'put text that starts with * in quotes',
  },
  {
    pattern: /tab characters/,
    message: 'is not valid YAML: a tab in the indentation',
    remedy: 'indent with spaces',
  },
];
