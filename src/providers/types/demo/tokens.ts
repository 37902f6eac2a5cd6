/** The demo model's tokens are words with the space before them. */
const TOKEN = /\s*\S+/g;

/** @returns the tokens of a text, which joined give the text back (but for trailing space) */
export function tokensOf(text: string): readonly string[] {
  return text.match(TOKEN) ?? [];
}

/** @returns how many tokens a text has */
export function countTokens(text: string): number {
  return tokensOf(text).length;
}
