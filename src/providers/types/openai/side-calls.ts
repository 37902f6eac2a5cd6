import axios, { AxiosError, type AxiosInstance } from 'axios';
import { type Dispatcher, Request, Response, fetch } from 'undici';
import { SideCallError } from './side-call-error.js';

/** A side call's answer is small; more is a mistake or an attack, bytes. */
const ANSWER_LIMIT = 16 * 1024 * 1024;

/**
 * axios for the calls beside the main job, where its comfort pays and its cost does not matter. It
 * goes over the provider's own connections, so that TLS settings and proxies are the same. What
 * fails is a {@link SideCallError}.
 */
export function createSideClient(
  apiBase: string,
  headers: Readonly<Record<string, string>>,
  dispatcher: Dispatcher,
): AxiosInstance {
  const client = axios.create({
    baseURL: apiBase,
    headers,
    adapter: 'fetch',
    fetchOptions: { dispatcher, redirect: 'error' },
    maxContentLength: ANSWER_LIMIT,
    responseType: 'json',
  });
  // Set from outside the types: axios names those of the DOM, undici its own, for one standard.
  Reflect.set(client.defaults, 'env', { fetch, Request, Response });
  client.interceptors.response.use(undefined, (error: unknown) => {
    throw new SideCallError(
      reasonOf(error),
      error instanceof AxiosError ? error.response?.status : undefined,
    );
  });
  return client;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof AxiosError)) {
    return 'failed';
  }
  if (error.response !== undefined) {
    return `HTTP ${error.response.status}`;
  }
  switch (error.code) {
    case AxiosError.ETIMEDOUT:
    case AxiosError.ECONNABORTED:
      return 'timeout';
    case AxiosError.ERR_BAD_RESPONSE:
      return 'invalid answer';
    default:
      return 'unreachable';
  }
}
