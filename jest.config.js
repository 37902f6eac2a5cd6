import { availableParallelism } from 'node:os';

/**
 * What @swc/jest needs to compile a test the way `nest build` compiles the program. Spelt out
 * rather than read from .swcrc, because .swcrc leaves the specs out of the build.
 */
const swcOptions = {
  swcrc: false,
  jsc: {
    target: 'es2023',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    keepClassNames: true,
  },
  module: { type: 'nodenext' },
  sourceMaps: 'inline',
};

/** @type {import('jest').Config} */
const config = {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test', '<rootDir>/bench', '<rootDir>/deploy'],
  testMatch: ['**/*.spec.ts', '<rootDir>/test/e2e/**/*.e2e-spec.ts'],
  setupFiles: ['<rootDir>/test/support/jest-setup.ts'],

  // ESM, as the program runs: see "Toolchain" in docs/architecture.md.
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', swcOptions] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },

  // An e2e test keeps a proxy, its upstreams and a client busy in one process: one worker a core
  // is the most that still leaves their timings meaning something.
  maxWorkers: Math.max(1, Math.min(4, availableParallelism())),
  restoreMocks: true,
  // A bound against hanging, not a measure: machines are shared, and a busy one is slow.
  testTimeout: 30_000,
  injectGlobals: false,

  coverageProvider: 'v8',
  coverageDirectory: 'coverage',
  coverageReporters: ['text', 'lcov'],
  collectCoverageFrom: ['src/**/*.ts', '!src/**/*.spec.ts'],
};

// Jest reads its configuration from a default export.
export default config;
