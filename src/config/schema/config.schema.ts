import { z } from 'zod';
import { breakerSchema } from './breaker.schema.js';
import { hedgeSchema } from './hedge.schema.js';
import { providerSchema } from './provider.schema.js';
import { retrySchema } from './retry.schema.js';
import { routingSchema } from './routing.schema.js';
import { section } from './section.js';
import { serverSchema } from './server.schema.js';
import { boolean } from './settings/boolean.js';
import { choice } from './settings/choice.js';
import { duration } from './settings/duration.js';
import { fallbacks } from './settings/fallbacks.js';
import { size } from './settings/size.js';
import { timeoutsSchema } from './timeouts.schema.js';

/**
 * The one source of what the configuration is: its keys, types, defaults and descriptions. The
 * editors' JSON Schema and the reference table are generated from it.
 */
export const configSchema = section({
  providers: z
    .array(providerSchema, {
      error: ({ input }) => (input === undefined ? 'is missing' : 'must be a list of providers'),
    })
    .min(1, 'must hold at least one provider')
    .describe('Who answers: one entry a provider.'),
  server: serverSchema.describe('How the proxy itself is reached.').prefault({}),
  verify_ssl: boolean()
    .describe(
      'Whether the certificates of providers must be valid. The variable VERIFY_SSL overrides it.',
    )
    .prefault(true),
  timeouts: timeoutsSchema.describe('The deadlines of every call to a provider.').prefault({}),
  stream_keepalive: duration({ zero: true })
    .describe(
      'How long a stream may be silent before a comment (: ping) keeps its connection open; 0: never.',
    )
    .prefault('15s'),
  routing: routingSchema.describe("Which of a model's providers a request goes to.").prefault({}),
  retry: retrySchema
    .describe('What is done when a provider fails before its answer has begun.')
    .prefault({}),
  fallbacks: fallbacks()
    .describe(
      'The models that answer in place of one whose providers all fail, in this order. Each is one that clients may ask for themselves.',
    )
    .prefault({}),
  context_fallbacks: fallbacks()
    .describe(
      'The same for a request that is too long for the model. Default, model by model: fallbacks; an empty list is none.',
    )
    .prefault({}),
  breaker: breakerSchema
    .describe('When a provider that fails is left alone, and for how long.')
    .prefault({}),
  hedge: hedgeSchema
    .describe('When a second provider is asked beside a slow first one. Without it: never.')
    .optional(),
  stream_recovery: choice('error', 'resume')
    .describe(
      'What becomes of a stream whose provider fails in the middle: it ends with an error event, or another provider goes on with it.',
    )
    .prefault('error'),
  resume: section({
    max_bytes: size()
      .describe(
        'How much of a stream is kept to be able to go on with it; a longer one ends with an error event.',
      )
      .prefault('256kb'),
  })
    .describe('How streams are gone on with.')
    .prefault({}),
  health: section({
    detailed_requires_key: boolean()
      .describe('Whether /health/detailed, which asks every provider, is behind the master key.')
      .prefault(false),
  })
    .describe('The health endpoints.')
    .prefault({}),
  metrics: section({
    requires_key: boolean().describe('Whether /metrics is behind the master key.').prefault(false),
  })
    .describe('The metrics endpoint.')
    .prefault({}),
  logging: section({
    level: choice('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent')
      .describe('The least important lines to write. The variable LOG_LEVEL overrides it.')
      .prefault('info'),
    format: choice('auto', 'json', 'pretty')
      .describe('How to write them; auto: pretty on a terminal, else json.')
      .prefault('auto'),
  })
    .describe('What the proxy writes about itself.')
    .prefault({}),
});

/** A valid document: every value as the program has it, every default filled in. */
export type ParsedConfig = z.output<typeof configSchema>;

/** A valid provider of such a document. */
export type ParsedProvider = ParsedConfig['providers'][number];
