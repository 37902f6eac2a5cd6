import { z } from 'zod';
import { configSchema } from './schema/config.schema.js';

/** @returns the JSON Schema (draft 7, which editors know best) of what may be written in the file */
export function configJsonSchema(): z.core.JSONSchema.BaseSchema {
  const schema = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' });
  return { ...schema, title: 'Configuration of llm-proxy' };
}
