/** A piece of HTML in which everything foreign has been escaped. */
export class Html {
  constructor(readonly text: string) {}
}

type Piece = string | number | Html | readonly Html[];

/**
 * Writes HTML: what stands in the template is HTML, what is put into it is text, and is escaped for
 * content and quoted attributes. Only another piece of HTML goes in as it is.
 */
export function markup(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  const written = strings.map((text, index) => text + write(pieces[index] ?? ''));
  return new Html(written.join(''));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function write(piece: Piece): string {
  if (piece instanceof Html) {
    return piece.text;
  }
  return typeof piece === 'object'
    ? piece.map(({ text }) => text).join('')
    : String(piece).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
