/** The oldest Node.js that runs the proxy; `npm start` brings its own where npm has one. */
const REQUIRED_MAJOR = 24;

/** Ends the process with a clear word when it is run by a Node.js that is too old. */
export function requireCurrentNode(): void {
  const [major = '0'] = process.versions.node.split('.');
  if (Number(major) < REQUIRED_MAJOR) {
    process.stderr.write(
      `llm-proxy needs Node.js ${REQUIRED_MAJOR} or later; this is ${process.version}. ` +
        "Start it with 'npm start', which brings its own, or install a newer Node.js.\n",
    );
    process.exit(1);
  }
}
