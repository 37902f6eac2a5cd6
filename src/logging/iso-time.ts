const SECOND = 1000;

let second = Number.NaN;
/** The time in ISO 8601 up to its point, at that second. */
let beginning = '';

/**
 * As pino's own function of that name, which makes a Date for each line: the lines of one second
 * differ in their milliseconds alone.
 *
 * @returns the member that tells when a line was written, with the comma before it
 */
export function isoTime(): string {
  const now = Date.now();
  const milliseconds = now % SECOND;
  if (now - milliseconds !== second) {
    second = now - milliseconds;
    beginning = new Date(second).toISOString().slice(0, -'000Z'.length);
  }
  return `,"time":"${beginning}${String(milliseconds).padStart(3, '0')}Z"`;
}
