/** One route as metrics, logs and refusals know it. */
export interface Route {
  /** Its name in labels, such as `/v1/models/{id}`. */
  readonly template: string;
  readonly method: 'GET' | 'POST';
  /** Its paths; one that ends in `/` stands for everything below it. */
  readonly paths: readonly string[];
  /** Whether requests to it are counted and logged; probes and the metrics page are not. */
  readonly counted: boolean;
}

/** The label of paths that no route knows. */
export const UNMATCHED = 'unmatched';

/**
 * All routes of the proxy by path. It names a request's endpoint before routing, so that a refusal
 * on the way is counted under its endpoint too, and it knows which method a path wants.
 */
export class RouteTable {
  readonly #exact = new Map<string, Route>();
  readonly #prefixes: (readonly [prefix: string, route: Route])[] = [];

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      for (const path of route.paths) {
        if (path.endsWith('/')) {
          this.#prefixes.push([path.toLowerCase(), route]);
        } else {
          this.#exact.set(path.toLowerCase(), route);
        }
      }
    }
  }

  /** @param path - without the query; case and a trailing slash make no difference, as in Express */
  find(path: string): Route | undefined {
    return this.#exact.get(path) ?? this.#findLoosely(path.toLowerCase());
  }

  #findLoosely(path: string): Route | undefined {
    const bare = path.endsWith('/') ? path.slice(0, -1) : path;
    return (
      this.#exact.get(bare) ??
      this.#prefixes.find(([prefix]) => bare.startsWith(prefix) && bare.length > prefix.length)?.[1]
    );
  }
}
