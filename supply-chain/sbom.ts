import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { readJson, shippedPackages } from './lockfile.ts';

/*
 * Writes dist/sbom.cdx.json (CycloneDX 1.5): what is in the bundle, as npm knows it. npm is asked for
 * all that is installed: with --omit=dev it leaves out whatever a tool needs too, such as zod.
 */

const Package = z.object({ name: z.string(), version: z.string() });
const Reference = z.looseObject({ url: z.string() });

/** What is needed here of npm's document: https://cyclonedx.org/docs/1.5/json/ */
const Bom = z.looseObject({
  metadata: z.looseObject({ component: z.looseObject({ 'bom-ref': z.string() }) }),
  components: z.array(
    z.looseObject({
      ...Package.shape,
      'bom-ref': z.string(),
      externalReferences: z.array(Reference).default([]),
    }),
  ),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
});

const bundled = z.array(Package).parse(readJson('dist/third-party.json')).map(keyOf);
const shipped = new Set(shippedPackages().map(keyOf));
const strangers = bundled.filter((key) => !shipped.has(key));
if (strangers.length > 0) {
  throw new Error(`in the bundle, but installed for development only: ${strangers.join(', ')}`);
}

const bom = npmSbom();
const components = bom.components
  .filter((component) => bundled.includes(keyOf(component)))
  .map(({ externalReferences, ...component }) => ({
    ...component,
    // git@github.com:… is an address for git, but no URL, as the schema wants it.
    externalReferences: externalReferences.filter(({ url }) => URL.canParse(url)),
  }));
const root = bom.metadata.component['bom-ref'];
const kept = new Set([root, ...components.map((component) => component['bom-ref'])]);
const dependencies = bom.dependencies
  .filter(({ ref }) => kept.has(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => kept.has(other)) }));
if (components.length < bundled.length) {
  throw new Error(`npm knows ${components.length} of the ${bundled.length} packages in the bundle`);
}

const component = { ...bom.metadata.component, name: 'llm-proxy' };
const document = { ...bom, metadata: { ...bom.metadata, component }, components, dependencies };
writeFileSync('dist/sbom.cdx.json', `${JSON.stringify(document, null, 2)}\n`);
process.stdout.write(`dist/sbom.cdx.json lists ${components.length} packages\n`);

function npmSbom(): z.infer<typeof Bom> {
  const options = ['--sbom-format=cyclonedx', '--sbom-type=application'];
  const { status, stdout, stderr } = spawnSync('npm', ['sbom', ...options], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) {
    throw new Error(`npm sbom failed:\n${stderr}`);
  }
  return Bom.parse(JSON.parse(stdout));
}

function keyOf({ name, version }: z.infer<typeof Package>): string {
  return `${name}@${version}`;
}
