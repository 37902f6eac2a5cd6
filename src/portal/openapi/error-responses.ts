import type { ProxyError } from '../../errors/index.js';
import type { JsonObject } from './json.js';

/**
 * @param errors - one of each kind that an operation may answer with
 * @returns its error responses by status, each with the codes that come under it
 */
export function errorResponses(errors: readonly ProxyError[]): JsonObject {
  const byStatus = Map.groupBy(errors, ({ status }) => status);
  return Object.fromEntries(
    [...byStatus].map(([status, alike]) => [String(status), responseOf(alike)]),
  );
}

function responseOf(errors: readonly ProxyError[]): JsonObject {
  const codes = [...new Set(errors.map(({ code }) => code))];
  return {
    description: `Refused with the code ${codes.map((code) => `\`${code}\``).join(' or ')}.`,
    headers: headersOf(errors),
    content: {
      'application/json': {
        schema: { $ref: '#/components/schemas/Error' },
        examples: Object.fromEntries(errors.map((error) => [error.code, exampleOf(error)])),
      },
    },
  };
}

function headersOf(errors: readonly ProxyError[]): JsonObject {
  const own = errors.flatMap(({ headers }) => Object.keys(headers));
  return {
    'x-request-id': { $ref: '#/components/headers/RequestId' },
    ...Object.fromEntries(own.map((name) => [name, { schema: { type: 'string' } }])),
  };
}

function exampleOf(error: ProxyError): JsonObject {
  return { value: { error: { ...error.toBody().error } } };
}
