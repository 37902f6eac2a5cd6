import type { JsonObject } from './json.js';

/** What several operations share. */
export const COMPONENTS: JsonObject = {
  securitySchemes: {
    bearer: {
      type: 'http',
      scheme: 'bearer',
      description: "The proxy's key, as OpenAI's clients send it.",
    },
    apiKey: {
      type: 'apiKey',
      in: 'header',
      name: 'x-api-key',
      description: 'The same key in another header.',
    },
  },
  headers: {
    RequestId: {
      description:
        "The request's id: the one that the client sent as `x-request-id`, or a new one.",
      schema: { type: 'string' },
    },
    Provider: {
      description: 'The provider that answered, or was asked last.',
      schema: { type: 'string' },
    },
    Model: {
      description: "The model that answered, by the clients' name for it.",
      schema: { type: 'string' },
    },
    Attempts: {
      description: 'How many attempts at providers were begun.',
      schema: { type: 'string' },
    },
  },
  schemas: {
    Error: {
      type: 'object',
      description: "OpenAI's error object.",
      required: ['error'],
      properties: {
        error: {
          type: 'object',
          required: ['message', 'type', 'param', 'code'],
          properties: {
            message: { type: 'string', description: 'For people.' },
            type: { type: 'string', examples: ['invalid_request_error', 'server_error'] },
            param: { type: ['string', 'null'], description: 'The parameter at fault.' },
            code: { type: ['string', 'null'], description: 'For programs.' },
          },
        },
      },
    },
    Model: {
      type: 'object',
      required: ['id', 'object', 'created', 'owned_by'],
      properties: {
        id: { type: 'string' },
        object: { const: 'model' },
        created: {
          type: 'integer',
          description: 'A fixed moment: the proxy does not know when a model was made.',
        },
        owned_by: { type: 'string' },
        permission: { type: 'array' },
        root: { type: 'string' },
        parent: { type: ['string', 'null'] },
      },
    },
    ModelList: {
      type: 'object',
      required: ['object', 'data'],
      properties: {
        object: { const: 'list' },
        data: { type: 'array', items: { $ref: '#/components/schemas/Model' } },
      },
    },
    HealthOverview: {
      type: 'object',
      required: ['status', 'providers', 'provider_info'],
      properties: {
        status: { enum: ['ok', 'shutting_down'] },
        providers: { type: 'integer', description: 'How many are configured.' },
        provider_info: { type: 'array', items: { $ref: '#/components/schemas/ProviderInfo' } },
      },
    },
    ProviderInfo: {
      type: 'object',
      required: ['name', 'weight', 'probability', 'state'],
      properties: {
        name: { type: 'string' },
        weight: { type: 'number' },
        probability: { type: 'string', examples: ['66.7%'] },
        state: { $ref: '#/components/schemas/BreakerState' },
        out_until: { type: 'string', format: 'date-time' },
        models_out: {
          type: 'array',
          items: {
            type: 'object',
            required: ['state'],
            properties: {
              state: { $ref: '#/components/schemas/BreakerState' },
              out_until: { type: 'string', format: 'date-time' },
            },
          },
        },
      },
    },
    BreakerState: { enum: ['closed', 'open', 'half_open'] },
    HealthCheck: {
      type: 'object',
      required: ['status', 'info', 'error', 'details'],
      properties: {
        status: { enum: ['ok', 'error', 'shutting_down'] },
        info: { type: ['object', 'null'] },
        error: { type: ['object', 'null'] },
        details: { type: 'object' },
      },
    },
  },
};
