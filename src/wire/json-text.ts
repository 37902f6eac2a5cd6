/** @returns `text` as a JSON string, quotes included, in UTF-8; a lone surrogate is escaped */
export function jsonString(text: string): Uint8Array {
  return Buffer.from(JSON.stringify(text));
}
