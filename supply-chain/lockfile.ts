import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** What npm's lockfile says of a package: https://docs.npmjs.com/cli/configuring-npm/package-lock-json */
const Locked = z.object({
  version: z.string(),
  dev: z.boolean().default(false),
  license: z.string().optional(),
});

const Lockfile = z.object({ packages: z.record(z.string(), Locked) });

export interface ShippedPackage {
  /** Where it is installed, such as `node_modules/express`. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** An SPDX expression, where the package names one. */
  readonly license: string | undefined;
}

/** @returns every package that is installed for production, on any platform */
export function shippedPackages(): readonly ShippedPackage[] {
  const { packages } = Lockfile.parse(readJson('package-lock.json'));
  return Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && !dev)
    .map(([path, { version, license }]) => ({
      path,
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version,
      license,
    }));
}

export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
