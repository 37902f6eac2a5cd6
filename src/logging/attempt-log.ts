import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { AttemptObserver, AttemptReport } from '../completions/index.js';
import { healthVerdict } from '../providers/index.js';

/** Says loudly when a provider fails, with what broke: the client is not told. */
@Injectable()
export class AttemptLog implements AttemptObserver {
  constructor(private readonly logger: PinoLogger) {}

  attemptEnded({ requestId, provider, outcome, cause }: AttemptReport): void {
    if (healthVerdict(outcome) !== false) {
      return;
    }
    const line = { requestId, provider, outcome, cause: describe(cause) };
    if (outcome === 'credentials_refused') {
      this.logger.error(line, `provider ${provider} refuses our key: check its api_key`);
    } else {
      this.logger.warn(line, `provider ${provider} failed`);
    }
  }
}

function describe(cause: unknown): string | undefined {
  if (cause instanceof Error) {
    const code = (cause as NodeJS.ErrnoException).code;
    return code === undefined ? cause.message : `${cause.message} (${code})`;
  }
  return typeof cause === 'string' ? cause : undefined;
}
