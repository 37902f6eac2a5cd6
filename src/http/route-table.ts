/** One route as metrics, logs and refusals know it. */
export interface Route {
  /** Its name in labels, such as `/v1/models/{id}`. */
  readonly template: string;
  readonly method: 'GET' | 'POST';
  /** Its paths; one that ends in `/` stands for everything below it, save `/` itself. */
  readonly paths: readonly string[];
  /** Whether requests to it are counted and logged; probes, pages and metrics are not. */
  readonly counted: boolean;
  /** Whether it is a page for people: known to who reads it, and to nobody where pages are off. */
  readonly isPage?: true;
}

/** The label of paths that no route knows. */
export const UNMATCHED = 'unmatched';

const ROOT = '/';

/**
 * All routes of the proxy by path. It names a request's endpoint before routing, so that a refusal
 * on the way is counted under its endpoint too, and it knows which method a path wants.
 */
export class RouteTable {
  readonly #exact = new Map<string, Route>();
  readonly #prefixes: (readonly [prefix: string, route: Route])[] = [];

  /** @param showsPages - whether there are pages at the moment */
  constructor(
    readonly routes: readonly Route[],
    private readonly showsPages: () => boolean = () => true,
  ) {
    for (const route of routes) {
      for (const path of route.paths) {
        if (path.endsWith('/') && path !== ROOT) {
          this.#prefixes.push([path.toLowerCase(), route]);
        } else {
          this.#exact.set(path.toLowerCase(), route);
        }
      }
    }
  }

  /**
   * @param path - without the query; case and a trailing slash make no difference, as in Express
   * @param method - a page is known for GET and HEAD only: what an API client sends to `/` by
   * mistake is told and counted as before there were pages
   */
  find(path: string, method: string): Route | undefined {
    const route = this.#exact.get(path) ?? this.#findLoosely(path.toLowerCase());
    return route?.isPage === true && !(isReading(method) && this.showsPages()) ? undefined : route;
  }

  #findLoosely(path: string): Route | undefined {
    const bare = path.endsWith('/') ? path.slice(0, -1) : path;
    return (
      this.#exact.get(bare) ??
      this.#prefixes.find(([prefix]) => bare.startsWith(prefix) && bare.length > prefix.length)?.[1]
    );
  }
}

function isReading(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}
