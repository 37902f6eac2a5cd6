const REDACTED = '[redacted]';

/**
 * @param text - what a provider said of an error, as text or as JSON
 * @param secrets - words that a provider may repeat from our request, and nobody may see
 * @returns the text without them, however JSON wrote them
 */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .flatMap(spellings)
    .reduce((clean, spelling) => clean.replaceAll(spelling, REDACTED), text);
}

/**
 * @param json - a JSON text of a provider
 * @returns it without secrets, and still JSON; undefined where that is not to be had, as when a number
 * holds a secret
 */
export function jsonWithoutSecrets(json: string, secrets: readonly string[]): string | undefined {
  const clean = withoutSecrets(json, secrets);
  return clean === json || isJson(clean) ? clean : undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** JSON may escape quotes and backslashes, and some writers escape slashes. */
function spellings(secret: string): readonly string[] {
  const escaped = JSON.stringify(secret).slice(1, -1);
  return [secret, escaped, escaped.replaceAll('/', String.raw`\/`)];
}
