import { Controller, Get, Param } from '@nestjs/common';
import { ModelNotFoundError } from '../errors/index.js';
import { ModelCatalog } from './model-catalog.js';

/** A model as https://platform.openai.com/docs/api-reference/models/object has it. */
interface ModelObject {
  readonly id: string;
  readonly object: 'model';
  readonly created: number;
  readonly owned_by: string;
  readonly permission: readonly [];
  readonly root: string;
  readonly parent: null;
}

/** The proxy does not know when a model was made: one fixed moment, seconds since 1970. */
const CREATED = 1_677_610_602;

@Controller()
export class ModelsController {
  constructor(private readonly catalog: ModelCatalog) {}

  @Get(['v1/models', 'models'])
  list(): { readonly object: 'list'; readonly data: readonly ModelObject[] } {
    return { object: 'list', data: this.catalog.names().map(toModelObject) };
  }

  /**
   * @param segments - the id's parts: ids such as `meta-llama/Llama-3` hold slashes; one at the end
   * makes no difference, as on every route
   * @throws ModelNotFoundError when clients cannot ask for that model
   */
  @Get(['v1/models/*id', 'models/*id'])
  retrieve(@Param('id') segments: readonly string[]): ModelObject {
    const id = segments.join('/').replace(/\/$/, '');
    if (!this.catalog.has(id)) {
      throw new ModelNotFoundError(id);
    }
    return toModelObject(id);
  }
}

function toModelObject(id: string): ModelObject {
  return {
    id,
    object: 'model',
    created: CREATED,
    owned_by: 'system',
    permission: [],
    root: id,
    parent: null,
  };
}
