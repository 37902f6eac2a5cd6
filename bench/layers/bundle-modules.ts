import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ModuleAt } from './layer.ts';

/** The bundler's comment where a module begins. */
const MODULE = /^\/\/ ((?:build|node_modules)\/\S+)$/;

/** @returns what finds the module that a line of the bundle came from */
export function bundleModules(): ModuleAt {
  const files = new Map<string, readonly (string | undefined)[]>();
  return (url, line) => {
    let lines = files.get(url);
    if (lines === undefined) {
      lines = url.startsWith('file:')
        ? modulesByLine(readFileSync(fileURLToPath(url), 'utf8'))
        : [];
      files.set(url, lines);
    }
    return lines[line];
  };
}

/** @returns for each line of a bundled file the module it is from */
export function modulesByLine(text: string): readonly (string | undefined)[] {
  let module: string | undefined;
  return text.split('\n').map((line) => {
    module = MODULE.exec(line)?.[1] ?? module;
    return module;
  });
}
