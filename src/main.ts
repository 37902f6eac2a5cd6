import { requireCurrentNode } from './node-version.js';

requireCurrentNode();

// Loaded only now: on an older Node.js these imports themselves would fail, and less clearly.
const { runCommandLine } = await import('./command-line.js');
await runCommandLine(process.argv.slice(2), process.env);
