/**
 * @param body - the parsed answer of `GET /models`, https://platform.openai.com/docs/api-reference/models/list
 * @returns the ids in it
 * @throws TypeError when it is no such list
 */
export function modelNamesFrom(body: unknown): readonly string[] {
  if (!hasDataArray(body)) {
    throw new TypeError('the answer is no list of models');
  }
  return body.data.filter(hasId).map(({ id }) => id);
}

function hasDataArray(body: unknown): body is { readonly data: readonly unknown[] } {
  return typeof body === 'object' && body !== null && 'data' in body && Array.isArray(body.data);
}

function hasId(model: unknown): model is { readonly id: string } {
  return (
    typeof model === 'object' && model !== null && 'id' in model && typeof model.id === 'string'
  );
}
