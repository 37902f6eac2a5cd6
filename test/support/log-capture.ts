import type { DestinationStream } from 'pino';

/** Keeps every line that a proxy logs. */
export class LogCapture implements DestinationStream {
  /** Everything that was written, as it was written. */
  text = '';

  write(line: string): void {
    this.text += line;
  }

  /** The lines, parsed. */
  get lines(): readonly Readonly<Record<string, unknown>>[] {
    return this.text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** The lines that report a request. */
  get requests(): readonly Readonly<Record<string, unknown>>[] {
    return this.lines.filter(({ msg }) => msg === 'request');
  }
}
