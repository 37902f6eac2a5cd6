/** What `${…}` in one string became, and the variables that took part in it. */
export interface ExpandedText {
  readonly text: string;
  /** Variables whose value is in the text; a default is not the variable's value. */
  readonly variables: readonly string[];
}

/** The values that `${…}` can name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A `${…}` that cannot be expanded. The message never holds the text around it. */
export class ExpansionError extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.name = 'ExpansionError';
    this.remedy = remedy;
  }
}

// `$${` first, so that it wins over `${`; a lone `${` last catches what is malformed.
const PLACEHOLDER =
  /\$\$\{|\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(?::-?(?<fallback>(?:(?!\$\{)[^}])*))?\}|\$\{/g;

/**
 * Replaces `${NAME}`, `${NAME:-default}` and `${NAME:default}`; `$${` stands for a literal `${`.
 * A default is used when the variable is unset or empty, as in a shell's `:-`. What a variable
 * holds is never expanded again.
 *
 * @throws ExpansionError when a variable without default is unset, or a `${` is malformed
 */
export function expandText(text: string, environment: Environment): ExpandedText {
  const variables: string[] = [];
  let expanded = '';
  let end = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    expanded += text.slice(end, match.index);
    end = match.index + match[0].length;
    if (match[0] === '$${') {
      expanded += '${';
      continue;
    }
    const name = match.groups?.['name'];
    if (name === undefined) {
      throw malformed();
    }
    const fallback = match.groups?.['fallback'];
    const value = variable(name, environment);
    if (value === undefined || (value === '' && fallback !== undefined)) {
      expanded += fallback ?? failUnset(name);
    } else {
      expanded += value;
      variables.push(name);
    }
  }
  return { text: expanded + text.slice(end), variables };
}

function variable(name: string, environment: Environment): string | undefined {
  return Object.hasOwn(environment, name) ? environment[name] : undefined;
}

function failUnset(name: string): never {
  throw new ExpansionError(
    `the environment variable ${name} is not set`,
    `set ${name}, also possible in a .env file beside this one, or write \${${name}:-default}`,
  );
}

function malformed(): ExpansionError {
  return new ExpansionError(
    'holds a ${ that is not a variable',
    'write ${NAME} or ${NAME:-default}, or $${ for a literal ${',
  );
}
