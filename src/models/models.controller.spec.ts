import { describe, expect, it } from '@jest/globals';
import { newHealth } from '../../test/support/provider-health.js';
import { FakeClock } from '../../test/support/fake-clock.js';
import { StubUpstream } from '../../test/support/stub-upstream.js';
import { parseConfig } from '../config/index.js';
import { ModelNotFoundError } from '../errors/index.js';
import { Provider, ProviderRegistry } from '../providers/index.js';
import { ModelCatalog } from './model-catalog.js';
import { ModelsController } from './models.controller.js';

const LLAMA = {
  id: 'meta-llama/Llama-3',
  object: 'model',
  created: 1_677_610_602,
  owned_by: 'system',
  permission: [],
  root: 'meta-llama/Llama-3',
  parent: null,
};

describe('ModelsController', () => {
  const { providers } = parseConfig(
    'providers: [{name: a, type: demo, model_mapping: {meta-llama/Llama-3: x, b: y}}]',
  );
  const registry = new ProviderRegistry(
    providers.map((provider) => new Provider(provider, new StubUpstream(), newHealth())),
  );
  const controller = new ModelsController(new ModelCatalog(registry, new FakeClock()));

  it('lists the models as OpenAI does', () => {
    expect(controller.list()).toStrictEqual({
      object: 'list',
      data: [{ ...LLAMA, id: 'b', root: 'b' }, LLAMA],
    });
  });

  it('finds a model whose name holds slashes', () => {
    expect(controller.retrieve(['meta-llama', 'Llama-3'])).toStrictEqual(LLAMA);
  });

  it('knows nothing of other models', () => {
    expect(() => controller.retrieve(['gpt-4o'])).toThrow(ModelNotFoundError);
  });
});
