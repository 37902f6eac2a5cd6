import { isatty } from 'node:tty';
import pino, { type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import pretty from 'pino-pretty';
import type { ProxyConfig } from '../config/index.js';
import { isoTime } from './iso-time.js';
import { LineBatch } from './line-batch.js';

const STDOUT = 1;

/**
 * What must never be logged, should it ever come near the log: every place in which a key, a cookie
 * or a prompt could stand. The lines that the proxy writes hold none of them to begin with.
 */
const REDACTED = [
  'authorization',
  'apiKey',
  'api_key',
  'headers.authorization',
  'headers.cookie',
  'headers["x-api-key"]',
  'req.headers',
  'request.headers',
  'config.headers',
  'err.config',
  'body',
  'messages',
];

/** What the system writes to a pipe in one piece, whoever else writes to it (PIPE_BUF), bytes. */
const ONE_PIECE = 4096;

/** The most that is written at once where nobody else writes, bytes. */
const LARGE_PIECE = 16 * 1024;

/** Where lines go, and who writes them. */
export interface LoggerPlace {
  /** Instead of standard output. */
  readonly destination?: DestinationStream | undefined;
  /** Which worker of several writes them, from 1; undefined: none. */
  readonly worker?: number | undefined;
  /** Whether other processes write there, too; as a worker's do unless told. */
  readonly isShared?: boolean;
}

export function createLogger(config: ProxyConfig, place: LoggerPlace = {}): Logger {
  const { destination, worker, isShared = worker !== undefined } = place;
  return pino(loggerOptions(config, worker), destination ?? logDestination(config, isShared));
}

/** @returns pino's settings: JSON for machines, with levels by name and times in ISO 8601 */
function loggerOptions({ logging }: ProxyConfig, worker: number | undefined): LoggerOptions {
  return {
    level: logging.level,
    base: worker === undefined ? null : { worker },
    timestamp: isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: describeError },
    redact: { paths: REDACTED, censor: '[redacted]' },
  };
}

/** Libraries hang requests, headers and bodies on their errors; what helps is in the stack. */
function describeError(error: unknown): object {
  if (!Error.isError(error)) {
    return { message: String(error) };
  }
  const { type, message, stack } = pino.stdSerializers.err(error);
  return { type, message, stack };
}

/**
 * @returns where lines go: to standard output, asynchronously, so that a slow reader never holds up
 * a request; readable on a terminal, one JSON object a line anywhere else
 */
function logDestination({ logging }: ProxyConfig, isShared: boolean): DestinationStream {
  if (isPretty(logging.format)) {
    return pretty({
      destination: STDOUT,
      sync: false,
      singleLine: true,
      translateTime: 'SYS:HH:MM:ss.l',
      ignore: 'context',
    });
  }
  const maxWrite = isShared ? ONE_PIECE : LARGE_PIECE;
  const batch = new LineBatch(pino.destination({ dest: STDOUT, sync: false, maxWrite }), maxWrite);
  process.once('exit', () => {
    batch.flushSync();
  });
  return batch;
}

/** @returns whether lines are written for people */
export function isPretty(format: ProxyConfig['logging']['format']): boolean {
  return format === 'pretty' || (format === 'auto' && isatty(STDOUT));
}
