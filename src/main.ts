import * as module from 'node:module';
import { exitOnEarlySignal } from './ending-signals.js';
import { requireCurrentNode } from './node-version.js';

requireCurrentNode();
exitOnEarlySignal();
// What was compiled once need not be compiled at the next start.
module.enableCompileCache();

// Loaded only now: on an older Node.js these imports themselves would fail, and less clearly.
const { runCommandLine } = await import('./command-line.js');
await runCommandLine(process.argv.slice(2), process.env);
