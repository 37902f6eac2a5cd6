import axios, { type AxiosInstance } from 'axios';
import { type Dispatcher, Request, Response, fetch } from 'undici';

/** A side call's answer is small; more is a mistake or an attack, bytes. */
const ANSWER_LIMIT = 16 * 1024 * 1024;

/**
 * axios for the calls beside the main job, where its comfort pays and its cost does not matter. It
 * goes over the provider's own connections, so that TLS settings and proxies are the same.
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
  }); // Set from outside the types: axios names those of the DOM, undici its own, for one standard.
  Reflect.set(client.defaults, 'env', { fetch, Request, Response });
  return client;
}
