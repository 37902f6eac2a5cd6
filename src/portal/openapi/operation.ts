import { InternalError, InvalidApiKeyError, MalformedRequestError } from '../../errors/index.js';
import type { ProxyError } from '../../errors/index.js';
import { errorResponses } from './error-responses.js';
import type { JsonObject } from './json.js';

/** Whether an operation wants the key, where one is configured. */
export type KeyRule = 'always' | 'detailed-health' | 'metrics' | 'never';

/** One operation, as far as it does not follow from its route. */
export interface Operation {
  /** A name for programs; those of further paths of the same route get a number. */
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  readonly key: KeyRule;
  readonly parameters?: readonly JsonObject[];
  readonly requestBody?: JsonObject;
  /** Good answers, and refusals that are not errors of ours, by status or `default`. */
  readonly responses: JsonObject;
  /** One of each kind of error that it may answer with, beside those of every operation. */
  readonly errors?: readonly ProxyError[];
}

/** @param needsKey - whether it wants the key under the present configuration */
export function describeOperation(operation: Operation, needsKey: boolean): JsonObject {
  const { summary, description, tag, parameters, requestBody, responses, errors = [] } = operation;
  return {
    summary,
    ...(description === undefined ? {} : { description }),
    tags: [tag],
    security: needsKey ? [{ bearer: [] }, { apiKey: [] }] : [],
    ...(parameters === undefined ? {} : { parameters }),
    ...(requestBody === undefined ? {} : { requestBody }),
    responses: {
      ...responses,
      ...errorResponses([
        new MalformedRequestError(),
        ...(needsKey ? [new InvalidApiKeyError("You didn't provide an API key.")] : []),
        ...errors,
        new MalformedRequestError(431),
        new InternalError(),
      ]),
    },
  };
}

/** @returns a response with one JSON body */
export function jsonResponse(description: string, schema: string): JsonObject {
  return textResponse(description, 'application/json', {
    $ref: `#/components/schemas/${schema}`,
  });
}

/** @returns a response with one body of this type */
export function textResponse(
  description: string,
  type: string,
  schema: JsonObject = { type: 'string' },
): JsonObject {
  return {
    description,
    headers: { 'x-request-id': { $ref: '#/components/headers/RequestId' } },
    content: { [type]: { schema } },
  };
}
