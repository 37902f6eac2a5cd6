import { ModelNotFoundError, ShuttingDownError, UnknownUrlError } from '../../errors/index.js';
import { DOCS_FILE_NAMES } from '../docs/docs-files.js';
import { type Operation, jsonResponse, textResponse } from './operation.js';

const NOT_CHANGED = { 304: { description: 'It is still what the client has (`if-none-match`).' } };
const HEALTH = { tag: 'Health', key: 'never' } as const;
const PAGES = { tag: 'Pages', key: 'never' } as const;

/** What is not an endpoint of completions, by template. */
export const OTHER_OPERATIONS: Readonly<Record<string, Operation>> = {
  '/v1/models': {
    id: 'listModels',
    summary: 'The models that clients may ask for',
    description: 'Those that only a wildcard of the configuration fits are not among them.',
    tag: 'Models',
    key: 'always',
    responses: { 200: jsonResponse('All of them, sorted.', 'ModelList') },
    errors: [new ShuttingDownError()],
  },
  '/v1/models/{id}': {
    id: 'retrieveModel',
    summary: 'One model',
    tag: 'Models',
    key: 'always',
    parameters: [
      {
        name: 'id',
        in: 'path',
        required: true,
        description: 'The name of a model; slashes in it may be written as they are.',
        schema: { type: 'string', minLength: 1 },
        example: 'demo',
      },
    ],
    responses: { 200: jsonResponse('It can be asked for.', 'Model') },
    errors: [new ModelNotFoundError('unknown'), new ShuttingDownError()],
  },
  '/health': {
    ...HEALTH,
    id: 'getHealth',
    summary: 'The providers, their shares and who of them is out',
    responses: {
      200: jsonResponse('The proxy serves.', 'HealthOverview'),
      503: jsonResponse('It is shutting down.', 'HealthOverview'),
    },
  },
  '/health/live': {
    ...HEALTH,
    id: 'getLiveness',
    summary: 'Whether the process answers',
    responses: { 200: jsonResponse('It does.', 'HealthCheck') },
  },
  '/health/ready': {
    ...HEALTH,
    id: 'getReadiness',
    summary: 'Whether new requests are welcome; no provider is asked',
    responses: {
      200: jsonResponse('They are.', 'HealthCheck'),
      503: jsonResponse('The proxy is shutting down.', 'HealthCheck'),
    },
  },
  '/health/detailed': {
    ...HEALTH,
    id: 'getDetailedHealth',
    key: 'detailed-health',
    summary: 'Asks every provider for one tiny real completion',
    description: 'An answer serves whoever asks in the next ten seconds.',
    responses: {
      200: jsonResponse('All providers answered.', 'HealthCheck'),
      503: jsonResponse('Some did not.', 'HealthCheck'),
    },
  },
  '/metrics': {
    id: 'getMetrics',
    summary: 'Metrics for Prometheus',
    tag: 'Health',
    key: 'metrics',
    responses: { 200: textResponse("In Prometheus' text format.", 'text/plain') },
  },
  '/': {
    ...PAGES,
    id: 'getHome',
    summary: 'How to use this proxy, for people',
    description: 'Programs, which ask for JSON, get an index.',
    responses: {
      200: {
        ...textResponse('The page, or the index.', 'text/html'),
        content: {
          'text/html': { schema: { type: 'string' } },
          'application/json': {
            schema: { type: 'object', additionalProperties: { type: 'string' } },
          },
        },
      },
    },
  },
  '/docs': {
    ...PAGES,
    id: 'getDocs',
    summary: 'This API, to read and to try',
    responses: { 200: textResponse('The page.', 'text/html') },
  },
  '/docs/{file}': {
    ...PAGES,
    id: 'getDocsFile',
    summary: 'What that page consists of',
    parameters: [
      {
        name: 'file',
        in: 'path',
        required: true,
        schema: { enum: DOCS_FILE_NAMES },
      },
    ],
    responses: {
      200: {
        ...textResponse('The file.', 'text/css'),
        content: {
          'text/css': { schema: { type: 'string' } },
          'text/javascript': { schema: { type: 'string' } },
        },
      },
      ...NOT_CHANGED,
    },
    errors: [new UnknownUrlError('GET', '/docs/unknown')],
  },
  '/openapi.json': {
    ...PAGES,
    id: 'getOpenApi',
    summary: 'This description',
    responses: {
      200: textResponse('An OpenAPI 3.1 document.', 'application/json', { type: 'object' }),
      ...NOT_CHANGED,
    },
  },
};
