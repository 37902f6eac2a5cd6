/** How many columns hold words; those after them hold figures. */
const WORDS = 2;

/**
 * @param lines - of cells; the first holds the heads
 * @returns them as a table that can be read as it is
 */
export function markdownTable(lines: readonly (readonly string[])[]): string {
  const [heads = [], ...rest] = lines;
  const widths = heads.map((_, column) =>
    Math.max(3, ...lines.map((line) => (line[column] ?? '').length)),
  );
  const rule = widths.map((width, column) =>
    column < WORDS ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [heads, rule, ...withoutRepeats(rest)]
    .map((line) => `| ${line.map((cell, column) => pad(cell, widths, column)).join(' | ')} |\n`)
    .join('');
}

/** Leaves the first cell of a line out where it says the same as the line above. */
function withoutRepeats(lines: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return lines.map((line, index) =>
    line[0] === lines[index - 1]?.[0] ? ['', ...line.slice(1)] : line,
  );
}

function pad(cell: string, widths: readonly number[], column: number): string {
  const width = widths[column] ?? 0;
  return column < WORDS ? cell.padEnd(width) : cell.padStart(width);
}
