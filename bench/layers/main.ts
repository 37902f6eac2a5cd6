/**
 * Says how much of a CPU profile belongs to which layer of the proxy:
 * `node bench/layers/main.ts FILE.cpuprofile [SECONDS]`. The profile must be one of the dist/ that is
 * there; the first SECONDS of it, 4 unless given, are the start and the warm-up, and left out.
 */
import { readFileSync } from 'node:fs';
import { bundleModules } from './bundle-modules.ts';
import { cpuProfileSchema, sharesOf } from './cpu-profile.ts';
import { layerOf } from './layer.ts';

const [file, seconds = '4'] = process.argv.slice(2);
if (file === undefined || !Number.isFinite(Number(seconds))) {
  process.stderr.write('Usage: node bench/layers/main.ts FILE.cpuprofile [SECONDS]\n');
  process.exit(2);
}
const profile = cpuProfileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
const moduleAt = bundleModules();
const times = new Map<string, number>();
let total = 0;
for (const share of sharesOf(profile, Number(seconds) * 1e6)) {
  const layer = layerOf(share, moduleAt);
  times.set(layer, (times.get(layer) ?? 0) + share.time);
  total += share.time;
}
process.stdout.write('| layer | % of the CPU |\n| --- | ---: |\n');
for (const [layer, time] of [...times].sort((left, right) => right[1] - left[1])) {
  process.stdout.write(`| ${layer} | ${((time / total) * 100).toFixed(1)} |\n`);
}
