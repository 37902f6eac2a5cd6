import { describe, expect, it } from '@jest/globals';
import { ConfigService } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import { ConfigModule } from './config.module.js';
import { LiveConfig } from './live/live-config.js';
import { parseConfig } from './parse-config.js';

describe('ConfigModule', () => {
  const config = parseConfig('providers: [{name: d, type: demo}]');

  it('injects the very configuration it was given', async () => {
    const module = await Test.createTestingModule({
      imports: [ConfigModule.forRoot(config)],
    }).compile();

    const live = module.get(LiveConfig);

    expect(live.current).toBe(config);
    expect(module.get(ConfigService, { strict: false }).get('proxy')).toBe(live);
  });

  it('lets no environment variable in, nor out', async () => {
    process.env['proxy'] = 'shadow';
    process.env['LLM_PROXY_TEST'] = 'visible';
    try {
      const module = await Test.createTestingModule({
        imports: [ConfigModule.forRoot(config)],
      }).compile();
      const service = module.get(ConfigService, { strict: false });

      expect(service.get('proxy')).toBe(module.get(LiveConfig));
      expect(service.get('LLM_PROXY_TEST')).toBeUndefined();
    } finally {
      delete process.env['proxy'];
      delete process.env['LLM_PROXY_TEST'];
    }
  });
});
