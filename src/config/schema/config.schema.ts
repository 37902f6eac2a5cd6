import { z } from 'zod';
import { providerSchema } from './provider.schema.js';
import { section } from './section.js';
import { serverSchema } from './server.schema.js';
import { boolean } from './settings/boolean.js';
import { choice } from './settings/choice.js';
import { duration } from './settings/duration.js';
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
