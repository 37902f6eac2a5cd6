import { readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { z } from 'zod';

/*
 * Joins the compiled program and its libraries to a few files. Node reads, resolves and compiles
 * these in a third of the time of some two thousand, and keeps less of them in memory.
 */

/** What Express and Nest load at the start, and what this program, which reads bodies itself, never calls. */
const NEVER_CALLED = new Set(['body-parser', 'multer']);

/** All that a request to a provider needs of undici. The rest, fetch and caches and mocks, is for side calls. */
const HOT_UNDICI = `
export { default as Pool } from 'undici/lib/dispatcher/pool.js';
export { default as ProxyAgent } from 'undici/lib/dispatcher/proxy-agent.js';
export { default as EnvHttpProxyAgent } from 'undici/lib/dispatcher/env-http-proxy-agent.js';
export { default as errors } from 'undici/lib/core/errors.js';
`;
const SIDE_CALLS = /[\\/]side-calls\.js$/;

/** Swagger UI is no part of the program: these files of it are beside it, for browsers. */
const SWAGGER_UI = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));
const SWAGGER_UI_FILES = [
  'swagger-ui.css',
  'swagger-ui-bundle.js',
  // Of what is in it from others.
  'swagger-ui-bundle.js.LICENSE.txt',
];
/** Replaces src/portal/docs/asset-folder.ts, which finds them in node_modules. */
const ASSET_FOLDER = `
export const ASSET_FOLDER = new URL('swagger-ui/', import.meta.url);
`;

/** @type {import('rolldown').Plugin} */
const lessToLoad = {
  name: 'less-to-load',
  resolveId(id, importer) {
    if (NEVER_CALLED.has(id)) {
      return '\0never-called';
    }
    if (id.endsWith('/asset-folder.js')) {
      return '\0asset-folder';
    }
    return id === 'undici' && !SIDE_CALLS.test(importer ?? '') ? '\0hot-undici' : undefined;
  },
  load(id) {
    switch (id) {
      case '\0never-called':
        return 'export default {};';
      case '\0hot-undici':
        return HOT_UNDICI;
      case '\0asset-folder':
        return ASSET_FOLDER;
    }
  },
};

/**
 * One character past Latin-1 makes V8 keep a whole file in memory at two bytes a character.
 *
 * @type {import('rolldown').Plugin}
 */
const oneByteText = {
  name: 'one-byte-text',
  renderChunk(code) {
    if (/\\[^\0-\xff]/.test(code)) {
      throw new Error('a character past Latin-1 behind a backslash would become another one');
    }
    return code.replaceAll(
      /[^\0-\xff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  },
};

/** @type {import('rolldown').Plugin} */
const swaggerUi = {
  name: 'swagger-ui',
  generateBundle() {
    for (const file of SWAGGER_UI_FILES) {
      const source = readFileSync(join(SWAGGER_UI, file));
      this.emitFile({ type: 'asset', fileName: `swagger-ui/${file}`, source });
    }
  },
};

/** The directory of the package that a module belongs to. */
const PACKAGE = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/;
const TERMS = /^(?:licen[cs]e|copying|copyright|notice)/i;
/** Where some packages have their licence instead: the last chapter of what they say of themselves. */
const LAST_CHAPTER = /\n#* *License\n[^]*$/;

/**
 * The licences of the libraries ask that their text goes where their code goes. Counts every package
 * of which a module is in the output; what it has from others, it has to tell itself.
 *
 * @type {import('rolldown').Plugin}
 */
const thirdPartyLicences = {
  name: 'third-party-licences',
  generateBundle(_options, bundle) {
    const modules = Object.values(bundle).flatMap((file) =>
      file.type === 'chunk' ? file.moduleIds : [],
    );
    const packages = [SWAGGER_UI, ...new Set(modules.map((id) => PACKAGE.exec(id)?.[0] ?? ''))]
      .filter((directory) => directory !== '')
      .map(readPackage)
      .sort((one, other) => (one.title < other.title ? -1 : 1));
    this.emitFile({
      type: 'asset',
      fileName: 'THIRD-PARTY-LICENSES.txt',
      source: packages
        .map(({ title, terms }) => [title, ...terms].join('\n\n'))
        .join(`\n\n${'='.repeat(80)}\n\n`),
    });
    this.emitFile({
      type: 'asset',
      fileName: 'third-party.json',
      source: JSON.stringify(packages.map(({ name, version }) => ({ name, version }))),
    });
  },
};

const Manifest = z.object({ name: z.string(), version: z.string(), license: z.string() });

/** @param {string} directory */
function readPackage(directory) {
  const read = (/** @type {string} */ file) => readFileSync(join(directory, file), 'utf8').trim();
  const { name, version, license } = Manifest.parse(JSON.parse(read('package.json')));
  const files = readdirSync(directory).filter((file) => TERMS.test(file));
  const terms = files.length > 0 ? files.map(read) : LAST_CHAPTER.exec(read('README.md'));
  if (terms === null) {
    throw new Error(`${basename(directory)} comes without the text of its licence`);
  }
  return { name, version, title: `${name} ${version} (${license})`, terms: [...terms] };
}

await build({
  input: 'build/main.js',
  platform: 'node',
  // What Nest and debug look for, and do without: it is not installed, or only for development.
  external: [
    /^@nestjs\/(?:microservices|websockets)\b/,
    /^class-(?:transformer|validator)\b/,
    'supports-color',
  ],
  plugins: [lessToLoad, oneByteText, swaggerUi, thirdPartyLicences],
  output: {
    dir: 'dist',
    format: 'esm',
    cleanDir: true,
    comments: { legal: false, annotation: false, jsdoc: false },
  },
});
