import { build } from 'rolldown';

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
const SIDE_CALLS = '/side-calls.js';

/** @type {import('rolldown').Plugin} */
const lessToLoad = {
  name: 'less-to-load',
  resolveId(id, importer) {
    if (NEVER_CALLED.has(id)) {
      return '\0never-called';
    }
    return id === 'undici' && importer?.endsWith(SIDE_CALLS) === false ? '\0hot-undici' : undefined;
  },
  load(id) {
    switch (id) {
      case '\0never-called':
        return 'export default {};';
      case '\0hot-undici':
        return HOT_UNDICI;
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
    return code.replaceAll(
      /[^\0-\xff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  },
};

await build({
  input: 'build/main.js',
  platform: 'node',
  // Parts of Nest that it looks for at the start, and that are not installed.
  external: [/^@nestjs\/(?:microservices|websockets)\b/, /^class-(?:transformer|validator)\b/],
  plugins: [lessToLoad, oneByteText],
  output: {
    dir: 'dist',
    format: 'esm',
    cleanDir: true,
    comments: { legal: false, annotation: false, jsdoc: false },
  },
});
