import { describe, expect, it } from '@jest/globals';
import { suggestKey } from './section.js';

describe('suggestKey', () => {
  const known = ['name', 'api_base', 'api_key', 'weight', 'model_mapping'];

  it.each([
    ['wieght', 'did you mean weight?'],
    ['apiKey', 'did you mean api_key?'],
    ['API_BASE', 'did you mean api_base?'],
    ['api-key', 'did you mean api_key?'],
    ['model_maping', 'did you mean model_mapping?'],
    ['retry', 'known here: name, api_base, api_key, weight, model_mapping'],
    ['x', 'known here: name, api_base, api_key, weight, model_mapping'],
  ])('for %s says %s', (key, suggestion) => {
    expect(suggestKey(key, known)).toBe(suggestion);
  });
});
