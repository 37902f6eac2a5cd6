import { describe, expect, it } from '@jest/globals';
import { applyOverrides } from './overrides.js';

describe('applyOverrides', () => {
  it('replaces settings, adding the sections that are not there', () => {
    const { document, overridden } = applyOverrides(
      { server: { host: 'a', port: 1 } },
      { PORT: '2', LOG_LEVEL: 'debug', VERIFY_SSL: 'no' },
    );

    expect(document).toStrictEqual({
      server: { host: 'a', port: '2' },
      logging: { level: 'debug' },
      verify_ssl: 'no',
    });
    expect(overridden.get('server.port')).toBe('PORT');
  });

  it('takes a blank variable for one that is not set', () => {
    expect(
      applyOverrides({ server: { host: 'a' } }, { HOST: '', PORT: ' ' }).document,
    ).toStrictEqual({
      server: { host: 'a' },
    });
  });

  it.each([{ server: 3 }, ['list'], 'text'])('leaves the misshapen %j alone', (document) => {
    expect(applyOverrides(document, { PORT: '1' }).document).toStrictEqual(document);
  });
});
