import { ENDPOINTS } from '../../completions/index.js';
import {
  InvalidJsonError,
  MalformedRequestError,
  MissingParameterError,
  ModelNotFoundError,
  NoHealthyProviderError,
  RequestTooLargeError,
  ShuttingDownError,
  UnsupportedMediaTypeError,
  UpstreamAuthError,
  UpstreamError,
  UpstreamInvalidResponseError,
  UpstreamTimeoutError,
} from '../../errors/index.js';
import type { JsonObject } from './json.js';
import type { Operation } from './operation.js';

/** What is told of an endpoint beside what its row says. */
interface Wording {
  readonly id: string;
  readonly summary: string;
  /** What a request says, so that there is something to try. */
  readonly example: JsonObject;
  /** Fields that are the provider's business, and worth a word. */
  readonly fields: JsonObject;
}

const WORDINGS: Readonly<Record<string, Wording>> = {
  '/v1/chat/completions': {
    id: 'createChatCompletion',
    summary: 'Chat, streamed or not',
    example: { model: 'demo', messages: [{ role: 'user', content: 'Hello!' }] },
    fields: { messages: { type: 'array', items: {}, description: 'The conversation so far.' } },
  },
  '/v1/completions': {
    id: 'createCompletion',
    summary: 'Completions of a text, streamed or not',
    example: { model: 'demo', prompt: 'Once upon a time' },
    fields: { prompt: { description: 'A text, or a list of texts or tokens.' } },
  },
  '/v1/embeddings': {
    id: 'createEmbedding',
    summary: 'Embeddings',
    example: { model: 'demo', input: 'Hello!' },
    fields: { input: { description: 'A text, or a list of texts or tokens.' } },
  },
};

const PASSED_ON =
  'The proxy reads what is listed here and passes everything else on as it is: which fields there ' +
  "are, and what they mean, is the provider's business.";

const ERRORS = [
  new InvalidJsonError(),
  new MissingParameterError('model', 'the name of a model'),
  new ModelNotFoundError('unknown'),
  new MalformedRequestError(408),
  new RequestTooLargeError(33_554_432),
  new UnsupportedMediaTypeError('The request body must be JSON in UTF-8.'),
  new UpstreamError(),
  new UpstreamInvalidResponseError(),
  new UpstreamAuthError(),
  new NoHealthyProviderError(),
  new ShuttingDownError(),
  new UpstreamTimeoutError('first_token'),
];

const STREAM_FIELDS: JsonObject = {
  n: { type: 'integer', minimum: 1, description: 'How many choices the answer is to have.' },
  stream: {
    type: 'boolean',
    default: false,
    description: 'Whether to answer with server-sent events.',
  },
  stream_options: {
    type: 'object',
    properties: {
      include_usage: {
        type: 'boolean',
        description: 'Whether the last event tells how many tokens were used.',
      },
    },
    additionalProperties: true,
  },
};

const ROUTING_HEADERS: JsonObject = {
  'x-request-id': { $ref: '#/components/headers/RequestId' },
  'x-llm-proxy-provider': { $ref: '#/components/headers/Provider' },
  'x-llm-proxy-model': { $ref: '#/components/headers/Model' },
  'x-llm-proxy-attempts': { $ref: '#/components/headers/Attempts' },
};

/** Where a stream ends by an error, that is its last event: the status has been sent by then. */
const EVENT_STREAM: JsonObject = {
  schema: { description: 'Server-sent events, each with a JSON document as its data.' },
  example: 'data: {"object":"chat.completion.chunk","choices":[…]}\n\ndata: [DONE]\n\n',
};

/** The operations of all endpoints by template: one that is new in the table is in here, too. */
export const COMPLETION_OPERATIONS: Readonly<Record<string, Operation>> = Object.fromEntries(
  ENDPOINTS.map(({ template, streams }) => [template, operationOf(template, streams)]),
);

function operationOf(template: string, streams: boolean): Operation {
  const wording = WORDINGS[template] ?? {
    id: template.slice(1).replaceAll(/\W+/g, '_'),
    summary: `Passed on to a provider: ${template}`,
    example: { model: 'demo' },
    fields: {},
  };
  return {
    id: wording.id,
    summary: wording.summary,
    description: PASSED_ON,
    tag: 'Completions',
    key: 'always',
    requestBody: {
      required: true,
      content: {
        'application/json': { schema: bodySchema(wording, streams), example: wording.example },
      },
    },
    responses: {
      200: answer(streams),
      default: {
        description: "The provider's own refusal, with its status and its body.",
        headers: ROUTING_HEADERS,
        content: { 'application/json': { schema: {} } },
      },
    },
    errors: ERRORS,
  };
}

function bodySchema({ fields }: Wording, streams: boolean): JsonObject {
  return {
    type: 'object',
    required: ['model'],
    properties: {
      model: {
        type: 'string',
        minLength: 1,
        maxLength: 256,
        description:
          'One of those that `/v1/models` lists, or that a wildcard of the configuration fits.',
      },
      ...fields,
      user: {
        type: 'string',
        description: 'May decide which provider is asked (`routing.affinity`).',
      },
      ...(streams ? STREAM_FIELDS : {}),
    },
    additionalProperties: true,
  };
}

function answer(streams: boolean): JsonObject {
  return {
    description: streams
      ? "The provider's answer: one JSON document, or with `stream: true` server-sent events. A stream " +
        'that breaks ends with an event that holds an error, and without `[DONE]`.'
      : "The provider's answer.",
    headers: ROUTING_HEADERS,
    content: {
      'application/json': { schema: { type: 'object', additionalProperties: true } },
      ...(streams ? { 'text/event-stream': EVENT_STREAM } : {}),
    },
  };
}
