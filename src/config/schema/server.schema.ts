import { section } from './section.js';
import { boolean } from './settings/boolean.js';
import { cors } from './settings/cors.js';
import { duration } from './settings/duration.js';
import { host } from './settings/host.js';
import { bearerKey } from './settings/key-text.js';
import { wholeNumber } from './settings/number.js';
import { size } from './settings/size.js';
import { workers } from './settings/workers.js';

/** How the proxy itself is reached. */
export const serverSchema = section({
  host: host()
    .describe('The address to listen on. The variable HOST overrides it.')
    .prefault('0.0.0.0'),
  port: wholeNumber({ minimum: 0, maximum: 65_535 })
    .describe('The port to listen on; 0 takes any free one. The variable PORT overrides it.')
    .prefault(18_000),
  workers: workers().describe('How many processes serve; auto: one for each core.').prefault(1),
  master_api_key: bearerKey()
    .optional()
    .describe('The key that clients must send. Blank: anyone may use the proxy.'),
  body_limit: size()
    .describe('The largest request body; a larger one is refused with 413.')
    .prefault('32mb'),
  shutdown_timeout: duration({ zero: true })
    .describe('How long running requests may take to end after SIGTERM; what is left is cut.')
    .prefault('30s'),
  drain_delay: duration({ zero: true })
    .describe('How long new requests are still served after SIGTERM, while readiness says no.')
    .prefault('0s'),
  cors: cors()
    .describe('The web pages that may call the proxy: those of any origin, of none, or of these.')
    .prefault('*'),
  routing_headers: boolean()
    .describe(
      'Whether answers say their way: x-llm-proxy-provider, x-llm-proxy-model, x-llm-proxy-attempts.',
    )
    .prefault(true),
  portal: boolean()
    .describe('Whether there are pages for people: /, /docs, and /openapi.json.')
    .prefault(true),
});
