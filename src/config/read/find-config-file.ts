import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The file to read, and whether it is the packaged demo. */
export interface FoundFile {
  /** Absolute. */
  readonly path: string;
  readonly demo: boolean;
}

const USUAL_PLACES = ['config.yaml', join('config', 'config.yaml')];
const DEMO = join('config', 'demo.yaml');

/**
 * @param named the file that the user named, if any: it is used whether it is there or not
 * @returns that file, else `config.yaml` or `config/config.yaml`, else the demo of the package
 */
export function findConfigFile(named: string | undefined, workingDirectory: string): FoundFile {
  if (named !== undefined) {
    return { path: resolve(workingDirectory, named), demo: false };
  }
  const usual = usualPlaces(workingDirectory).find(isThere);
  return usual === undefined ? { path: findDemo(), demo: true } : { path: usual, demo: false };
}

/** @returns where a configuration is looked for when nobody names one, best first */
export function usualPlaces(workingDirectory: string): readonly string[] {
  return USUAL_PLACES.map((place) => resolve(workingDirectory, place));
}

/** A directory of that name is no configuration; a pipe or a link to a file is. */
function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === false;
  } catch {
    // Something that may not be looked at: reading it will say so, which is better than the demo.
    return true;
  }
}

/** Looks upwards from here: this file is at another depth in src/, in dist/ and in a bundle. */
function findDemo(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, DEMO)) && directory !== dirname(directory)) {
    directory = dirname(directory);
  }
  return join(directory, DEMO);
}
