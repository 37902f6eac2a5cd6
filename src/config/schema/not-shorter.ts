import type { z } from 'zod';

/** A limit, and what it limits: two keys of one section. */
export interface Bound {
  readonly limit: string;
  readonly limited: string;
}

/** @returns a check for a section: the limit must not be shorter than what it limits */
export function notShorter<Section extends object>({ limit, limited }: Bound) {
  return (section: Section, context: z.RefinementCtx<Section>): void => {
    const most: unknown = Reflect.get(section, limit);
    const least: unknown = Reflect.get(section, limited);
    if (typeof most === 'number' && typeof least === 'number' && most < least) {
      const params = { remedy: `raise it, or lower ${limited}` };
      const message = `must not be shorter than ${limited}`;
      context.addIssue({ code: 'custom', message, path: [limit], params });
    }
  };
}
