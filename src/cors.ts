import type {
  CorsOptions,
  CorsOptionsDelegate,
} from '@nestjs/common/interfaces/external/cors-options.interface.js';
import type { IncomingMessage } from 'node:http';
import type { LiveConfig, ProxyConfig } from './config/index.js';

/** A web page may read them all: without credentials, which are never allowed here, `*` means that. */
const EXPOSED_HEADERS = '*';

/** @returns what tells Express's cors, for each request, which web pages may call the proxy now */
export function corsOf(live: LiveConfig): CorsOptionsDelegate<IncomingMessage> {
  let options = optionsOf(live.current);
  live.onChange((current) => {
    options = optionsOf(current);
  });
  return (_request, callback) => {
    callback(null, options);
  };
}

function optionsOf({ server: { cors } }: ProxyConfig): CorsOptions {
  if (cors === false) {
    return { origin: false };
  }
  return {
    origin: cors.origins === '*' ? '*' : [...cors.origins],
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: 86_400,
  };
}
