import { ConfigError } from './config/index.js';

/** What the system's refusals to listen mean to whoever starts the proxy. */
const LISTEN_REMEDIES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use; choose another with PORT or server.port',
  EACCES: 'the port is not allowed to this user; choose one above 1023 with PORT or server.port',
  EADDRNOTAVAIL: 'this machine has no such address; set HOST or server.host to 0.0.0.0',
  ENOTFOUND: 'the host name is unknown; set HOST or server.host to an address of this machine',
};

/** What was tried when it was refused; `bind` is what a worker is told of a refused `listen`. */
const LISTEN_CALLS: ReadonlySet<string | undefined> = new Set(['listen', 'bind', 'getaddrinfo']);

interface SystemError extends NodeJS.ErrnoException {
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
}

/** @returns why the proxy cannot start, in words for whoever starts it */
export function explainError(error: unknown): string {
  if (error instanceof ConfigError) {
    return error.format();
  }
  if (!Error.isError(error)) {
    return String(error);
  }
  const { code, address, port, syscall, hostname }: SystemError = error;
  const remedy = LISTEN_REMEDIES[code ?? ''];
  if (LISTEN_CALLS.has(syscall) && remedy !== undefined) {
    const place = [address ?? hostname, port].filter((part) => part !== undefined).join(':');
    return `cannot listen on ${place}: ${remedy}`;
  }
  return error.stack ?? error.message;
}
