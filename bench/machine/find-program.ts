import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** @returns where a program is on PATH; undefined when it is not installed */
export function findProgram(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
