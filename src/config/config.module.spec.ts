import { describe, expect, it } from '@jest/globals';
import { ConfigService } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import { ConfigModule } from './config.module.js';
import { parseConfig } from './parse-config.js';
import { PROXY_CONFIG } from './proxy-config.token.js';

describe('ConfigModule', () => {
  const config = parseConfig('providers: [{name: d, type: demo}]');

  it('injects the very configuration it was given', async () => {
    const module = await Test.createTestingModule({
      imports: [ConfigModule.forRoot(config)],
    }).compile();

    expect(module.get(PROXY_CONFIG)).toBe(config);
    expect(module.get(ConfigService, { strict: false }).get('proxy')).toBe(config);
  });

  it('lets no environment variable in, nor out', async () => {
    process.env['proxy'] = 'shadow';
    process.env['LLM_PROXY_TEST'] = 'visible';
    try {
      const module = await Test.createTestingModule({
        imports: [ConfigModule.forRoot(config)],
      }).compile();
      const service = module.get(ConfigService, { strict: false });

      expect(service.get('proxy')).toBe(config);
      expect(service.get('LLM_PROXY_TEST')).toBeUndefined();
    } finally {
      delete process.env['proxy'];
      delete process.env['LLM_PROXY_TEST'];
    }
  });
});
