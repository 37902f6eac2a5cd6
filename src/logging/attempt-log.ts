import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { AttemptObserver, AttemptReport } from '../completions/index.js';
import { OUTCOMES } from '../providers/index.js';

/** Says loudly when a provider fails, with what broke: the client is not told. */
@Injectable()
export class AttemptLog implements AttemptObserver {
  constructor(private readonly logger: PinoLogger) {}

  attemptEnded({ requestId, provider, outcome, cause }: AttemptReport): void {
    if (OUTCOMES[outcome].health !== 'bad') {
      return;
    }
    const line = { requestId, provider, outcome, cause: describe(cause) };
    if (outcome === 'credentials_refused') {
      this.logger.error(
        line,
        `provider ${provider} refuses our key or account: check its api_key and its balance`,
      );
    } else if (outcome === 'forbidden') {
      this.logger.error(
        line,
        `provider ${provider} forbids this request: check what its api_key may do`,
      );
    } else {
      this.logger.warn(line, `provider ${provider} failed`);
    }
  }
}

function describe(cause: unknown): string | undefined {
  if (!Error.isError(cause)) {
    return typeof cause === 'string' ? cause : undefined;
  }
  if ('errors' in cause && Array.isArray(cause.errors)) {
    // A name with several addresses, as localhost has: each was tried, and the whole says nothing.
    return cause.errors.map(describe).join(', ');
  }
  const { code, message }: NodeJS.ErrnoException = cause;
  return code === undefined || message.includes(code) ? message : `${message} (${code})`;
}
