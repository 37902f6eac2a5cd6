import { parseEnv } from 'node:util';
import type { Environment } from './expand-text.js';
import type { FileSnapshot } from './file-snapshot.js';
import { isMissing } from './system-error.js';

/**
 * Reads a `.env` file, see https://nodejs.org/api/util.html#utilparseenvcontent.
 *
 * @returns its variables, or undefined when there is no such file
 * @throws the system's error when the file is there and cannot be read
 */
export function readEnvFile(path: string, files: FileSnapshot): Environment | undefined {
  try {
    return parseEnv(files.read(path));
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw error;
  }
}
