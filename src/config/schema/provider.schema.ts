import { z } from 'zod';
import { isMapping } from '../document-path.js';
import { section } from './section.js';
import { apiBase } from './settings/api-base.js';
import { boolean } from './settings/boolean.js';
import { duration } from './settings/duration.js';
import { headers } from './settings/headers.js';
import { keyText } from './settings/key-text.js';
import { modelMapping } from './settings/model-mapping.js';
import { decimalNumber, wholeNumber } from './settings/number.js';
import { prefill } from './settings/prefill.js';
import { providerName } from './settings/provider-name.js';
import { proxyRoute } from './settings/proxy-route.js';
import { text } from './settings/text.js';
import { providerTimeoutsSchema } from './timeouts.schema.js';

/** What a provider of any type has. */
const common = {
  name: providerName().describe('Its name in logs and metrics; each provider has its own.'),
  weight: wholeNumber({
    minimum: 1,
    maximum: 10_000,
    remedy: 'to give a provider no traffic, remove it',
  })
    .describe('Its part of the traffic, relative to the others that serve the model.')
    .prefault(1),
  model_mapping: modelMapping()
    .describe(
      'The models it serves, client name: provider name. A * at the end of a name matches any rest, and at the end of the other name passes the rest on. Without it: any model, under its own name.',
    )
    .prefault({}),
  timeouts: providerTimeoutsSchema
    .describe('Its own deadlines, where they differ from timeouts at the top.')
    .prefault({}),
};

/** A server that speaks OpenAI's API. */
const openaiProviderSchema = section({
  type: z
    .literal('openai')
    .optional()
    .describe("Its kind: openai, which is the default, for any server that speaks OpenAI's API."),
  ...common,
  api_base: apiBase().describe('Where its API is, such as https://api.openai.com/v1.'),
  api_key: keyText().optional().describe('The key to send to it. Blank: none is sent.'),
  headers: headers()
    .describe('Headers to add to every request to it; one that is blank is left out.')
    .prefault({}),
  verify_ssl: boolean()
    .optional()
    .describe('Whether its certificate must be valid. Default: verify_ssl at the top.'),
  ca_file: text()
    .optional()
    .describe(
      "Certificates (PEM) to trust in place of the system's; relative to the configuration file.",
    ),
  proxy: proxyRoute()
    .describe(
      'How to reach it: as HTTP_PROXY, HTTPS_PROXY and NO_PROXY say, direct, or through the proxy at this URL.',
    )
    .prefault('environment'),
  stream_usage: boolean()
    .describe(
      'Whether to ask it for token counts in streams (stream_options.include_usage) when the client does not. Set it to false for a server that refuses the option.',
    )
    .prefault(true),
  supports_prefill: prefill()
    .describe(
      'Whether it can go on with an answer that has begun, and in which form: continue_final_message (vLLM), prefix (DeepSeek, Mistral), trailing (just the last message, as Anthropic has it); true: the form is not known.',
    )
    .prefault(false),
}).superRefine(({ api_key, headers: added }, context) => {
  if (api_key === undefined || !added.has('authorization')) {
    return;
  }
  const params = { remedy: 'remove the one or the other' };
  const message = 'sends an authorization beside that of api_key';
  context.addIssue({ code: 'custom', message, path: ['headers'], params });
});

/** A model that is built into the proxy. */
const demoProviderSchema = section({
  type: z
    .literal('demo')
    .describe('Its kind: demo, a model built into the proxy, which needs no network and no key.'),
  ...common,
  tokens_per_second: decimalNumber({ minimum: 0, maximum: 1_000_000 })
    .describe('Its pace; 0: as fast as possible.')
    .prefault(60),
  latency: duration({ zero: true }).describe('The time before its first token.').prefault('150ms'),
  response_tokens: wholeNumber({ minimum: 1, maximum: 1_000_000 })
    .describe('The length of its answers, in tokens.')
    .prefault(60),
});

/** The types of providers, by the name that `type` gives them. */
export const PROVIDER_TYPES: readonly string[] = ['openai', 'demo'];

/** The types of providers; openai is meant when `type` is not there. */
export const providerSchema = z.discriminatedUnion(
  'type',
  [openaiProviderSchema, demoProviderSchema],
  {
    error: ({ input }) =>
      isMapping(input) ? 'must be openai or demo' : 'must be a mapping of keys to values',
  },
);
