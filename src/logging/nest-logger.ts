import { Injectable } from '@nestjs/common';
import { Logger } from 'nestjs-pino';

/** The parts of Nest that tell at every start what they do. */
const NEST_INTERNALS: ReadonlySet<unknown> = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
]);

/** Nest's way to the log. What Nest says of its own start is for those who debug it. */
@Injectable()
export class NestLogger extends Logger {
  override log(message: unknown, ...optional: unknown[]): void {
    if (NEST_INTERNALS.has(optional.at(-1))) {
      super.debug(message, ...optional);
    } else {
      super.log(message, ...optional);
    }
  }
}
