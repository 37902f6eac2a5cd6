import { dirname } from 'node:path';
import { ConfigError, type ConfigProblem } from './config-error.js';
import { formatPath, valueAt, writtenProviders, type DocumentPath } from './document-path.js';
import type { ConfigSource, ProxyConfig } from './proxy-config.js';
import { expandDocument } from './read/expand-document.js';
import type { Environment } from './read/expand-text.js';
import { digestOf, type FileSnapshot } from './read/file-snapshot.js';
import { applyOverrides } from './read/overrides.js';
import { parseYaml } from './read/parse-yaml.js';
import { readCaFiles } from './resolve/ca-files.js';
import { findDuplicateNames } from './resolve/duplicate-names.js';
import { findLostFallbacks } from './resolve/lost-fallbacks.js';
import { readEnvironmentProxies } from './resolve/environment-proxies.js';
import { resolveConfig } from './resolve/resolve-config.js';
import { checkDocument } from './schema/check-document.js';

export interface WrittenConfig {
  readonly yaml: string;
  /** The file's name in messages. */
  readonly label: string;
  readonly source: Omit<ConfigSource, 'hash'>;
  /** What reads the files that the document names. */
  readonly files: FileSnapshot;
  readonly environment: Environment;
  /** @returns where a variable is set, for messages: a file's name, or `environment` */
  readonly variableFile: (variable: string) => string;
}

/** A mistake at one place, as any of the checks reports it. */
interface FoundProblem {
  readonly path: DocumentPath;
  readonly message: string;
  readonly remedy: string;
  readonly showsValue?: boolean;
}

/**
 * The way of a configuration: text → document → `${…}` expanded → overrides applied → checked →
 * resolved. Every check runs, whatever the others found, so that all problems show at once.
 *
 * @throws ConfigError
 */
export function parseDocument(written: WrittenConfig): ProxyConfig {
  const { environment, source } = written;
  const expanded = expandDocument(parseYaml(written.yaml, written.label), environment);
  const { document, overridden } = applyOverrides(expanded.document, environment);
  const checked = checkDocument(document);
  const caFiles = readCaFiles(document, dirname(source.path), written.files);
  const proxies = readEnvironmentProxies(environment);

  // What could not be expanded is not there for the schema either; one line about it is enough.
  const unexpanded = new Set(expanded.problems.map(({ path }) => formatPath(path)));
  const found: readonly FoundProblem[] = [
    ...expanded.problems,
    ...('problems' in checked ? checked.problems : []).filter(
      ({ path }) => !unexpanded.has(formatPath(path)),
    ),
    ...findDuplicateNames(document),
    ...findLostFallbacks(document),
    ...caFiles.problems,
  ];
  const problems = found.map((problem) => toConfigProblem(problem));
  if (usesEnvironmentProxies(document)) {
    problems.push(...proxies.unusable.map((variable) => proxyProblem(variable, written)));
  }
  if ('problems' in checked || problems.length > 0) {
    throw new ConfigError(problems);
  }

  return resolveConfig(checked.parsed, {
    source: { ...source, hash: digestOf(written.yaml).slice(0, HASH_LENGTH) },
    variables: expanded.variables,
    certificates: caFiles.texts,
    environmentProxies: proxies.proxies,
  });

  function toConfigProblem({ path, message, remedy, showsValue }: FoundProblem): ConfigProblem {
    const place = formatPath(path);
    const variable = overridden.get(place);
    // A string that holds a variable's value may hold a key, put into the wrong place.
    const shown = showsValue === true && !expanded.variables.has(place);
    return {
      file: variable === undefined ? written.label : written.variableFile(variable),
      path: variable ?? place,
      message: shown ? message + showValue(valueAt(document, path)) : message,
      remedy,
    };
  }
}

/** Of the digest's 64 digits, enough to tell all configurations apart that there ever are. */
const HASH_LENGTH = 12;

const LONGEST_SHOWN = 40;
/** What keys begin with, or look like: a key that was put into the wrong place is not repeated. */
const LIKE_A_SECRET =
  /\b(?:sk|pk|rk|gsk|xai|key|token|bearer|secret|password)[-_ ]|(?=\S*\d)(?=\S*[A-Za-z])[\w+/=-]{20}/i;

function showValue(value: unknown): string {
  if (!['string', 'number', 'boolean'].includes(typeof value)) {
    return '';
  }
  const text = JSON.stringify(value);
  return text.length > LONGEST_SHOWN || LIKE_A_SECRET.test(text) ? '' : `, not ${text}`;
}

/** A provider of our own kind has no network; elsewhere the environment's proxies are the default. */
function usesEnvironmentProxies(document: unknown): boolean {
  return writtenProviders(document).some(
    ({ type, proxy = 'environment' }) => type !== 'demo' && proxy === 'environment',
  );
}

function proxyProblem(variable: string, { variableFile }: WrittenConfig): ConfigProblem {
  return {
    file: variableFile(variable),
    path: variable,
    message: 'must be the http(s) URL of a proxy, without path',
    remedy: 'or set "proxy: direct" for the providers that need none',
  };
}
