import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import jest from 'eslint-plugin-jest';
import tseslint from 'typescript-eslint';

const SPECS = ['**/*.spec.ts', '**/*.e2e-spec.ts', '**/*.deploy-spec.ts'];
const TESTS = [...SPECS, 'test/**/*.ts'];
const CONFIGURATION = ['*.js', '.*.cjs'];

/** The files that may know Nest. .dependency-cruiser.cjs holds the same list for all of @nestjs. */
const NEST_EDGE = [
  'src/**/*.{module,controller,guard,interceptor,filter,decorator,middleware,pipe,health-indicator}.ts',
  'src/{main,application}.ts',
];

/** Where the environment is read: once, at the start. */
const ENVIRONMENT_READERS = ['src/config/**/*.ts', 'src/main.ts'];

const ENVIRONMENT_MESSAGE =
  'The environment is read once, in src/config/; take the configuration from there.';

const ENVIRONMENT_IMPORTS = ['process', 'node:process'].map((name) => ({
  name,
  importNames: ['env', 'default'],
  message: ENVIRONMENT_MESSAGE,
}));

const NEST_IMPORTS = {
  name: '@nestjs/common',
  allowImportNames: ['Inject', 'Injectable'],
  message:
    'Nest stays at the edge (*.module.ts, *.controller.ts, …); this file is plain TypeScript.',
};

const ABBREVIATIONS = '/^(req|res|e|err|ex|cb|ctx|evt|msg|opts|cfg|conf|val)$/';

const WHOLE_WORDS = [
  `:function > Identifier.params[name=${ABBREVIATIONS}]`,
  `VariableDeclarator > Identifier.id[name=${ABBREVIATIONS}]`,
  `CatchClause > Identifier.param[name=${ABBREVIATIONS}]`,
].map((selector) => ({
  selector,
  message: 'Write the word out: request, response, error, callback, context, event, options.',
}));

/**
 * V8 puts a function that is written where it is assigned to a property into old space at once: it
 * takes it for a method. There it keeps alive what it closes over until the next full collection.
 */
const ASSIGNED_FUNCTIONS = {
  selector: 'AssignmentExpression[left.type="MemberExpression"] > :function',
  message:
    'Assigned like this, a function is born old: docs/decisions/0021-young-requests-die-young.md.',
};

/** The build makes such an assignment of it, in the constructor. */
const FUNCTION_FIELDS = {
  ...ASSIGNED_FUNCTIONS,
  selector: 'PropertyDefinition[static=false] > :function.value',
};

/** What is made for each request. */
const OF_A_REQUEST = [
  'src/completions/**/*.ts',
  'src/http/{reply-writer,request-body,request-context}.ts',
  'src/providers/upstream/*.ts',
];

export default defineConfig(
  globalIgnores(['build/', 'dist/', 'coverage/']),
  {
    // An exception to a rule is made here, where its reason can be read, never in passing.
    linterOptions: { noInlineConfig: true },
  },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: CONFIGURATION },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      curly: 'error',
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...WHOLE_WORDS],
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-member-accessibility': ['error', { accessibility: 'no-public' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-shadow': 'error',
      // As tsc has it: a leading underscore marks what a signature demands and the code does not need.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/strict-boolean-expressions': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // Nest's modules are classes that consist of their decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // A number has one form in a message; everything else (undefined, an object) is a mistake.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        {
          allowAny: false,
          allowBoolean: false,
          allowNever: false,
          allowNullish: false,
          allowNumber: true,
          allowRegExp: false,
        },
      ],
    },
  },
  {
    files: ['**/*.ts'],
    rules: {
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      'no-restricted-exports': [
        'error',
        {
          restrictDefaultExports: {
            defaultFrom: true,
            direct: true,
            named: true,
            namedFrom: true,
            namespaceFrom: true,
          },
        },
      ],
    },
  },
  {
    files: ['**/*.ts'],
    ignores: TESTS,
    rules: {
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-unsafe-type-assertion': 'error',
    },
  },
  {
    // The types of the configuration are inferred from its schema: writing them out doubles it.
    files: ['src/config/schema/**/*.ts'],
    rules: { '@typescript-eslint/explicit-module-boundary-types': 'off' },
  },
  {
    // Nest declares its option objects as classes, and Express its requests as interfaces over
    // Node's: at this edge an object literal and a Request are right, and the rule has no options.
    files: NEST_EDGE,
    rules: { '@typescript-eslint/no-unsafe-class-instance-assignment': 'off' },
  },
  {
    files: ['src/**/*.ts'],
    ignores: [...ENVIRONMENT_READERS, ...SPECS],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: ENVIRONMENT_MESSAGE },
      ],
      '@typescript-eslint/no-restricted-imports': ['error', { paths: ENVIRONMENT_IMPORTS }],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: [...NEST_EDGE, ...ENVIRONMENT_READERS, ...SPECS],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { paths: [...ENVIRONMENT_IMPORTS, NEST_IMPORTS] },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: SPECS,
    rules: { 'no-restricted-syntax': ['error', ...WHOLE_WORDS, ASSIGNED_FUNCTIONS] },
  },
  {
    files: OF_A_REQUEST,
    ignores: SPECS,
    rules: {
      'no-restricted-syntax': ['error', ...WHOLE_WORDS, ASSIGNED_FUNCTIONS, FUNCTION_FIELDS],
    },
  },
  {
    files: ['src/config/**/*.ts'],
    ignores: [...NEST_EDGE, ...SPECS],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { paths: [NEST_IMPORTS] }] },
  },
  {
    files: TESTS,
    extends: [jest.configs['flat/recommended'], jest.configs['flat/style']],
    rules: {
      'jest/consistent-test-it': ['error', { fn: 'it' }],
      'jest/expect-expect': [
        'error',
        // A property test asserts through fast-check, a helper through its name.
        { assertFunctionNames: ['expect', 'expect*', 'fc.assert'] },
      ],
      'jest/no-commented-out-tests': 'error',
      'jest/no-disabled-tests': 'error',
      'jest/no-duplicate-hooks': 'error',
      'jest/no-test-return-statement': 'error',
      'jest/prefer-hooks-on-top': 'error',
      'jest/prefer-importing-jest-globals': 'error',
      'jest/prefer-spy-on': 'error',
      'jest/prefer-strict-equal': 'error',
      'jest/require-top-level-describe': 'error',
      // The same rule, which knows that `expect(object.method)` does not call the method unbound.
      '@typescript-eslint/unbound-method': 'off',
      'jest/unbound-method': 'error',
    },
  },
  {
    // The classic model of dashboards gives way to one that Grafana reads from version 12 on and that
    // file provisioning and the sidecars of Kubernetes do not all know yet; the classic one all do.
    files: ['deploy/monitoring/dashboards/*.ts'],
    rules: {
      '@typescript-eslint/no-deprecated': [
        'error',
        {
          allow: [
            {
              from: 'package',
              package: '@grafana/grafana-foundation-sdk',
              name: 'DashboardBuilder',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['.*.cjs'],
    languageOptions: { sourceType: 'commonjs' },
  },
);
