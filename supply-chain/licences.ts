import { existsSync } from 'node:fs';
import { z } from 'zod';
import { readJson, shippedPackages } from './lockfile.ts';

/*
 * Checks the licence of everything that is installed for production, bundled or not: a library that
 * came along with another is as binding as one that was chosen.
 */

/** Licences (SPDX) that ask for no more than that their text comes along, which the build sees to. */
const ALLOWED: ReadonlySet<string> = new Set([
  'MIT',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'PSF-2.0',
]);

/** How packages from before SPDX name their licences. */
const OldManifest = z.object({ licenses: z.array(z.object({ type: z.string() })).default([]) });

const shipped = shippedPackages();
const refused = shipped
  .map(({ path, license }) => ({ path, licence: license ?? oldLicence(`${path}/package.json`) }))
  .filter(({ licence }) => !ALLOWED.has(licence));

if (refused.length > 0) {
  const lines = refused.map(({ path, licence }) => `${path}: ${licence}\n`);
  process.stderr.write(`not on the list of licences:\n${lines.join('')}`);
  process.exitCode = 1;
} else {
  process.stdout.write(`the licences of ${shipped.length} packages are on the list\n`);
}

/** @returns the licence; several, which may all hold at once, are on no list */
function oldLicence(manifest: string): string {
  const { licenses } = OldManifest.parse(existsSync(manifest) ? readJson(manifest) : {});
  return licenses.length === 0 ? 'names none' : licenses.map(({ type }) => type).join(', ');
}
