/** @returns the URL, or undefined when the text is no http(s) URL */
export function readWebUrl(text: string): URL | undefined {
  // URL.parse forgives white space, by leaving it out or by escaping it; in a config it is a slip.
  if (!/^https?:\/\/\S+$/i.test(text)) {
    return undefined;
  }
  return URL.parse(text) ?? undefined;
}

export function hasCredentials({ username, password }: URL): boolean {
  return username !== '' || password !== '';
}
