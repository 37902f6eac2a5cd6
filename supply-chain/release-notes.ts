import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { readJson } from './lockfile.ts';

/*
 * Prints the changelog's part for one version, as the text of its release: `release-notes.ts v1.2.3`.
 * Refuses a tag that is not what package.json, the chart and the changelog say.
 */

const [tag = ''] = process.argv.slice(2);
const version = tag.replace(/^v/, '');
const { version: packaged } = z.object({ version: z.string() }).parse(readJson('package.json'));
const chart = readFileSync('deploy/helm/llm-proxy/Chart.yaml', 'utf8');
const charted = /^version: *'?([^'\s]+)/m.exec(chart)?.[1] ?? 'none';
const applied = /^appVersion: *'?([^'\s]+)/m.exec(chart)?.[1] ?? 'none';
const heading = `## [${version}]`;
const chapter = readFileSync('CHANGELOG.md', 'utf8')
  .split(/^(?=## )/m)
  .find((part) => part.startsWith(heading));

const problems = [
  packaged === version ? '' : `package.json is of version ${packaged}`,
  // A registry may take another chart under a version that is out already, so each release has its own.
  charted === version ? '' : `the chart's version is ${charted}`,
  applied === version ? '' : `the chart's appVersion is ${applied}`,
  chapter === undefined ? `CHANGELOG.md has no chapter ${heading}` : '',
].filter((problem) => problem !== '');

if (problems.length > 0) {
  process.stderr.write(`${tag} is no release: ${problems.join('; ')}\n`);
  process.exitCode = 1;
} else {
  process.stdout.write(`${(chapter ?? '').split('\n').slice(1).join('\n').trim()}\n`);
}
