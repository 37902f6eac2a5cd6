/** The oldest Node.js that runs the proxy; `npm start` brings its own where npm has one. */
const REQUIRED_MAJOR = 24;

/**
 * Ends the process with a clear word when it is run by a Node.js that is too old.
 *
 * @param version - the version it is run by
 */
export function requireCurrentNode(version = process.versions.node): void {
  const [major = '0'] = version.split('.');
  if (Number(major) < REQUIRED_MAJOR) {
    process.stderr.write(
      `llm-proxy needs Node.js ${REQUIRED_MAJOR} or later; this is v${version}. ` +
        "Start it with 'npm start', which brings its own, or install a newer Node.js.\n",
    );
    process.exit(1);
  }
}
