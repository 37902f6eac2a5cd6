/**
 * What the SDK says that an operator needs to know. The rest may repeat an address or a header from
 * the environment.
 */
const USEFUL = /^(?:Dropped \d+ spans because|Failed to read [\w ]+ file$)/;

/** @returns whether a warning of the SDK says something useful, and nothing secret */
export function fitForLog(message: string): boolean {
  return USEFUL.test(message);
}
