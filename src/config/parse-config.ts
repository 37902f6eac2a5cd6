import { resolve } from 'node:path';
import { parseDocument } from './parse-document.js';
import type { ProxyConfig } from './proxy-config.js';
import { FileSnapshot } from './read/file-snapshot.js';
import type { Environment } from './read/expand-text.js';

export interface ParseOptions {
  /** The file that the text stands for, in messages and as the start of relative paths. */
  readonly path?: string;
  /** The variables for `${…}` and the overrides; none by default. */
  readonly environment?: Environment;
}

/**
 * Checks the text of a configuration, without looking for any file.
 *
 * @throws ConfigError with everything that is wrong with it
 */
export function parseConfig(yaml: string, options: ParseOptions = {}): ProxyConfig {
  const { path = 'config.yaml', environment = {} } = options;
  return parseDocument({
    yaml,
    label: path,
    source: { path: resolve(path), demo: false },
    files: new FileSnapshot(),
    environment,
    variableFile: () => 'environment',
  });
}
