import { findProgram } from '../machine/find-program.ts';
import type { Contender } from './contender.ts';
import { envoyArguments } from './envoy.ts';
import { nginxArguments } from './nginx.ts';
import type { Place } from './place.ts';
import { startServer } from './server.ts';

/** What proxies there may be, and what each is started with: the file it names is written. */
const PROGRAMS: readonly (readonly [string, (place: Place) => readonly string[]])[] = [
  ['nginx', nginxArguments],
  ['envoy', envoyArguments],
];

/**
 * @returns the proxies that are installed and only pass bytes on: what there is to gain, at most
 */
export function installedProxies(
  place: Omit<Place, 'port'>,
  core: number | undefined,
): readonly Contender[] {
  return PROGRAMS.flatMap(([name, argumentsFor]) => {
    const program = findProgram(name);
    return program === undefined
      ? []
      : [
          {
            name,
            startedHere: true,
            start: () =>
              startServer({
                name,
                program,
                argsFor: (port) => argumentsFor({ ...place, port }),
                core,
              }),
          },
        ];
  });
}
