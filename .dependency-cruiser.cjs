/**
 * The layers of the code (docs/architecture.md), checked: which room may know which, and who may
 * know which library. `npm run layers` runs it.
 */

/**
 * The rooms, innermost first, each with the rooms it may import. The files at the top of src/ put
 * the rooms together and may import all of them; no room may import those files.
 */
const ROOMS = {
  errors: [],
  clock: [],
  random: [],
  wire: [],
  config: ['clock'],
  workers: ['clock', 'config'],
  http: ['errors', 'clock', 'config', 'wire'],
  providers: ['errors', 'clock', 'random', 'config', 'wire'],
  completions: ['errors', 'clock', 'random', 'config', 'wire', 'http', 'providers'],
  models: ['errors', 'clock', 'config', 'http', 'providers'],
  health: ['errors', 'clock', 'config', 'http', 'providers'],
  metrics: ['clock', 'config', 'workers', 'http', 'providers', 'completions'],
  portal: ['errors', 'config', 'http', 'completions', 'models'],
  // Like metrics, logging implements what the main job announces.
  logging: ['config', 'workers', 'http', 'providers', 'completions'],
  tracing: ['clock', 'config', 'http', 'providers', 'completions'],
};

/** Libraries that only one part of the program may know, so that it can be changed there. */
const HOUSEHOLDS = [
  {
    name: 'metrics-library-in-metrics',
    comment: 'The main job announces what happens; only metrics/ knows Prometheus.',
    libraries: ['prom-client', '@willsoto/nestjs-prometheus'],
    home: '^src/metrics/',
  },
  {
    name: 'logging-library-in-logging',
    comment: "Everyone else logs through Nest's Logger or announces; application.ts installs it.",
    libraries: ['pino', 'pino-http', 'pino-pretty', 'nestjs-pino'],
    home: '^src/(logging/|(main|command-line|application|app\\.module)\\.ts$)',
  },
  {
    name: 'telemetry-library-in-tracing',
    comment: 'The main job announces what happens; only tracing/ knows OpenTelemetry.',
    libraries: ['@opentelemetry/[^/]+'],
    home: '^src/tracing/',
  },
  {
    name: 'http-clients-in-providers',
    comment: 'Whatever leaves the proxy leaves through providers/, with its timeouts and limits.',
    libraries: ['axios', 'undici'],
    home: '^src/providers/',
  },
  {
    name: 'parsing-libraries-in-config',
    comment: 'There is one parse, at the start; past config/ everything is a typed value.',
    libraries: ['js-yaml', 'zod', 'fastest-levenshtein'],
    home: '^src/config/',
  },
];

const TEST_FILE = '\\.(spec|e2e-spec)\\.ts$';

/** The files that may know Nest. eslint.config.js holds the same list for names. */
const NEST_EDGE =
  '(\\.(module|controller|guard|interceptor|filter|decorator|middleware|pipe|health-indicator)\\.ts$|^src/(main|application)\\.ts$)';

/**
 * @param {readonly string[]} names
 * @returns {string} what matches the files of these packages, and of no other
 */
const packages = (names) => `node_modules/(@types/)?(${names.join('|')})/`;

const roomRules = Object.entries(ROOMS).map(([room, others]) => ({
  name: `room-${room}`,
  comment: `${room}/ may import: ${others.length === 0 ? 'no other room' : others.join(', ')}.`,
  severity: 'error',
  from: { path: `^src/${room}/`, pathNot: TEST_FILE },
  to: { path: '^src/', pathNot: `^src/(${[room, ...others].join('|')})/` },
}));

const householdRules = HOUSEHOLDS.map(({ name, comment, libraries, home }) => ({
  name,
  comment,
  severity: 'error',
  from: { path: '^src/', pathNot: [home, TEST_FILE] },
  to: { path: packages(libraries) },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...roomRules,
    {
      name: 'known-rooms',
      comment: 'Every folder in src/ is a room with its place in the list above.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^src/[^/]+/', pathNot: `^src/(${Object.keys(ROOMS).join('|')})/` },
    },
    {
      name: 'rooms-through-their-index',
      comment: 'A room is imported through its public face, index.ts; its insides stay inside.',
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: TEST_FILE },
      to: { path: '^src/[^/]+/', pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'] },
    },
    {
      name: 'top-through-their-index',
      comment: 'The files at the top of src/, the tests and the benchmark use the public face too.',
      severity: 'error',
      from: { path: ['^src/[^/]+\\.ts$', '^(test|bench|deploy)/'] },
      to: { path: '^src/[^/]+/', pathNot: '^src/[^/]+/index\\.ts$' },
    },
    {
      name: 'index-is-for-others',
      comment: 'Inside a room files import each other, not the face that the room shows others.',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/$1/index\\.ts$' },
    },
    {
      name: 'nest-at-the-edge',
      comment: 'The core is plain TypeScript; of Nest it may know @Injectable and @Inject.',
      severity: 'error',
      from: { path: '^src/', pathNot: [NEST_EDGE, TEST_FILE] },
      to: { path: packages(['@nestjs/(?!common/)[^/]+']) },
    },
    ...householdRules,
    {
      name: 'no-circular-imports',
      comment: 'Files that need each other are one idea, or lack a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A file that nobody imports and that imports nobody is not part of the program.',
      severity: 'error',
      from: { orphan: true, pathNot: [TEST_FILE, '\\.d\\.ts$'] },
      to: {},
    },
    {
      name: 'unreachable-from-main',
      comment: 'What only tests reach is not part of the program: it belongs into test/.',
      severity: 'error',
      from: { path: '^src/main\\.ts$' },
      to: { path: '^src/', pathNot: [TEST_FILE], reachable: false },
    },
    {
      name: 'source-without-tests',
      comment: 'The program knows nothing of its tests and its benchmark.',
      severity: 'error',
      from: { path: '^src/', pathNot: TEST_FILE },
      to: { path: [TEST_FILE, '^(test|bench|deploy)/'] },
    },
    {
      name: 'no-development-dependencies',
      comment: 'What the program imports must be there after `npm ci --omit=dev`; types need not.',
      severity: 'error',
      from: { path: '^src/', pathNot: TEST_FILE },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-undeclared-dependencies',
      comment: 'What is imported is in package.json, not just by luck in node_modules.',
      severity: 'error',
      from: {},
      to: {
        dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'no-unresolvable-imports',
      comment: 'An import must lead somewhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    moduleSystems: ['es6', 'cjs'],
    tsConfig: { fileName: 'tsconfig.json' },
    // Imports of types count: a layer that knows another's types knows that layer.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
