import type { ProxyConfig } from '../../config/index.js';
import type { Route } from '../../http/index.js';
import { COMPLETION_OPERATIONS } from './completion-operations.js';
import { COMPONENTS } from './components.js';
import type { Json, JsonObject } from './json.js';
import { type KeyRule, describeOperation } from './operation.js';
import { OTHER_OPERATIONS } from './other-operations.js';

const OPERATIONS = { ...OTHER_OPERATIONS, ...COMPLETION_OPERATIONS };

const DESCRIPTION = `One address and one key in front of many LLM providers.

Errors have OpenAI's format, and every answer has an \`x-request-id\`. A path that is not here is a 404 with
the code \`unknown_url\`; a method that is not here is a 405 with
\`method_not_allowed\`, save for pages, which are there for reading only: a 404, too.`;

/**
 * Describes what the proxy serves (OpenAPI 3.1, https://spec.openapis.org/oas/v3.1.1).
 *
 * @param routes - all of them; each of their paths is described
 * @param config - decides which of them want the key
 * @throws Error when there is no description of a route: a fault in the wiring
 */
export function openApiDocument(routes: readonly Route[], config: ProxyConfig): JsonObject {
  const operations = routes.flatMap((route) =>
    route.paths.map((path, index): [string, Json] => [
      describedPath(path, route),
      { [route.method.toLowerCase()]: operationOf(route, index, config) },
    ]),
  );
  return {
    openapi: '3.1.0',
    info: { title: 'llm-proxy', version: '1', description: DESCRIPTION, license: LICENSE },
    // Of the address that this document came from, so that it is right behind any other proxy.
    servers: [{ url: '.' }],
    tags: ['Completions', 'Models', 'Health', 'Pages'].map((name) => ({ name })),
    paths: Object.fromEntries<Json>(operations),
    components: COMPONENTS,
  };
}

const LICENSE = { name: 'MIT', identifier: 'MIT' };

/** `/v1/models/`, which stands for all below it, becomes `/v1/models/{id}`. */
function describedPath(path: string, { template }: Route): string {
  return path.endsWith('/') && path !== '/'
    ? path + template.slice(template.lastIndexOf('/') + 1)
    : path;
}

function operationOf({ template }: Route, index: number, config: ProxyConfig): JsonObject {
  const operation = OPERATIONS[template];
  if (operation === undefined) {
    throw new Error(`the route ${template} is not described`);
  }
  return {
    operationId: index === 0 ? operation.id : `${operation.id}${index + 1}`,
    ...describeOperation(operation, needsKey(operation.key, config)),
  };
}

function needsKey(rule: KeyRule, { server, health, metrics }: ProxyConfig): boolean {
  if (server.masterApiKey === undefined) {
    return false;
  }
  switch (rule) {
    case 'always':
      return true;
    case 'detailed-health':
      return health.detailedRequiresKey;
    case 'metrics':
      return metrics.requiresKey;
    case 'never':
      return false;
  }
}
