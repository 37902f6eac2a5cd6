/** A rule whose name ends in `*`. */
interface PrefixRule {
  readonly prefix: string;
  readonly target: string;
}

/**
 * Which models a provider serves, and under which names it knows them. An exact name wins over all
 * wildcards, a longer wildcard over a shorter one; without any rule every name passes as it is.
 */
export class ModelMapping {
  /** Names that clients may use, wildcards left out. */
  readonly names: readonly string[];
  /** Names that the provider may be asked for, wildcards left out. */
  readonly targets: ReadonlySet<string>;
  /** Whether it has no rules and passes every name through. */
  readonly passesAll: boolean;
  /** Whether the provider may be asked for other names than `targets`. */
  readonly isOpenEnded: boolean;
  readonly #exact: ReadonlyMap<string, string>;
  readonly #prefixes: readonly PrefixRule[];

  /** @param rules - client's name to provider's name; either may end in `*` */
  constructor(rules: ReadonlyMap<string, string>) {
    const entries = [...rules];
    const exact = entries.filter(([name]) => !name.endsWith('*'));
    const isPattern = ([name, target]: readonly [string, string]): boolean =>
      name.endsWith('*') && target.endsWith('*');
    this.passesAll = entries.length === 0;
    this.isOpenEnded = this.passesAll || entries.some(isPattern);
    this.targets = new Set(
      entries.filter((entry) => !isPattern(entry)).map(([, target]) => target),
    );
    this.names = exact.map(([name]) => name);
    this.#exact = new Map(exact);
    this.#prefixes = entries
      .filter(([name]) => name.endsWith('*'))
      .map(([name, target]) => ({ prefix: name.slice(0, -1), target }))
      .sort((left, right) => right.prefix.length - left.prefix.length);
  }

  /** @returns the provider's name of the model; undefined when the provider does not serve it */
  map(model: string): string | undefined {
    return this.passesAll ? model : (this.#exact.get(model) ?? this.#mapByPrefix(model));
  }

  /** @returns the model that a health check may ask for; undefined when no rule names one */
  firstTarget(): string | undefined {
    const [target] = this.#exact.values();
    return target ?? this.#prefixes.find((rule) => !rule.target.endsWith('*'))?.target;
  }

  #mapByPrefix(model: string): string | undefined {
    const rule = this.#prefixes.find(({ prefix }) => model.startsWith(prefix));
    if (rule === undefined) {
      return undefined;
    }
    return rule.target.endsWith('*')
      ? rule.target.slice(0, -1) + model.slice(rule.prefix.length)
      : rule.target;
  }
}
