import { dirname, isAbsolute, join, relative } from 'node:path';
import { ConfigError } from './config-error.js';
import { parseDocument } from './parse-document.js';
import type { ProxyConfig } from './proxy-config.js';
import { readEnvFile } from './read/env-file.js';
import type { Environment } from './read/expand-text.js';
import { FileSnapshot } from './read/file-snapshot.js';
import { findConfigFile, usualPlaces } from './read/find-config-file.js';
import { isMissing, systemCode } from './read/system-error.js';

export interface LoadOptions {
  /** Usually `process.env`; read here and nowhere else. */
  readonly environment: Environment;
  /** Absolute; where `config.yaml` is looked for, and what relative paths start from. */
  readonly workingDirectory: string;
  /** The file to read in place of CONFIG_PATH and the usual ones. */
  readonly file?: string | undefined;
  /** Learns which files count, and what they hold. */
  readonly files?: FileSnapshot;
}

/**
 * Finds, reads and checks the configuration: `file`, else CONFIG_PATH, else `config.yaml` or
 * `config/config.yaml`, else the packaged demo; with the `.env` file beside it (for the demo: the
 * one in the working directory), over which the real environment wins.
 *
 * @throws ConfigError with everything that is wrong with it
 */
export function loadConfig(options: LoadOptions): ProxyConfig {
  const { environment, workingDirectory, file, files = new FileSnapshot() } = options;
  const configPath = environment['CONFIG_PATH']?.trim();
  const named = file ?? (configPath === '' ? undefined : configPath);
  const { path, demo } = findConfigFile(named, workingDirectory);
  const label = displayPath(path, workingDirectory);
  if (demo) {
    for (const place of usualPlaces(workingDirectory)) {
      files.miss(place);
    }
  }
  const yaml = readText(path, label, file === undefined && named !== undefined, files);

  const envFile = join(demo ? workingDirectory : dirname(path), '.env');
  const envLabel = displayPath(envFile, workingDirectory);
  const fileEnvironment = readEnvironmentFile(envFile, envLabel, files);

  return parseDocument({
    yaml,
    files,
    label,
    source: { path, demo, envFile: fileEnvironment === undefined ? undefined : envFile },
    environment: { ...fileEnvironment, ...withoutUnset(environment) },
    variableFile: (name) => (environment[name] === undefined ? envLabel : 'environment'),
  });
}

function readText(path: string, label: string, fromVariable: boolean, files: FileSnapshot): string {
  try {
    return files.read(path);
  } catch (error) {
    const message = isMissing(error)
      ? 'there is no such file'
      : `cannot be read (${systemCode(error)})`;
    const remedy = fromVariable ? 'CONFIG_PATH must name a YAML file' : 'name a YAML file';
    throw new ConfigError([{ file: label, path: '', message, remedy }]);
  }
}

function readEnvironmentFile(
  path: string,
  label: string,
  files: FileSnapshot,
): Environment | undefined {
  try {
    return readEnvFile(path, files);
  } catch (error) {
    const message = `cannot be read (${systemCode(error)})`;
    throw new ConfigError([{ file: label, path: '', message, remedy: 'make it a readable file' }]);
  }
}

/** An unset variable must not hide the one of the `.env` file. */
function withoutUnset(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined));
}

/** @returns the path as short as the reader would type it */
function displayPath(path: string, workingDirectory: string): string {
  const short = relative(workingDirectory, path);
  return short.startsWith('..') || isAbsolute(short) ? path : short;
}
