/** @type {import('knip').KnipConfig} */
const config = {
  // `!` marks what the program itself consists of; specs and tools' files knip finds by itself.
  entry: ['src/main.ts!', 'test/deploy/*.deploy-spec.ts'],
  project: [
    'src/**/*.ts!',
    '!src/**/*.spec.ts!',
    'test/**/*.ts',
    'bench/**/*.ts',
    'deploy/**/*.ts',
    'supply-chain/**/*.ts',
  ],

  // Programs of the system: the benchmark pins processes to cores, a test makes a named pipe.
  ignoreBinaries: ['taskset', 'mkfifo'],

  // A type in the signature of an exported function is exported with it, named by others or not.
  ignoreExportsUsedInFile: { interface: true, type: true },
};

// Knip reads its configuration from a default export.
export default config;
