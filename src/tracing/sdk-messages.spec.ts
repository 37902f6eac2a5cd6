import { describe, expect, it } from '@jest/globals';
import { fitForLog } from './sdk-messages.js';

describe('fitForLog', () => {
  it.each([
    'Dropped 12 spans because maxQueueSize reached',
    'Failed to read root certificate file',
    'Failed to read client certificate private key file',
  ])('lets through: %s', (message) => {
    expect(fitForLog(message)).toBe(true);
  });

  it.each([
    "Configuration: Could not parse environment-provided export URL: 'http://user:secret@host'",
    'Failed to read secret/file file',
    'anything else',
  ])('keeps back: %s', (message) => {
    expect(fitForLog(message)).toBe(false);
  });
});
