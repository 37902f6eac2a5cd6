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

/** JSON may escape quotes and backslashes, and some writers escape slashes. */
function spellings(secret: string): readonly string[] {
  const escaped = JSON.stringify(secret).slice(1, -1);
  return [secret, escaped, escaped.replaceAll('/', String.raw`\/`)];
}
