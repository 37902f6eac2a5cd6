/** Runs a program of the benchmark to its end, and ends with 1 and the reason when it fails. */
export async function runProgram(
  program: (args: readonly string[]) => Promise<void>,
): Promise<void> {
  try {
    await program(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    // Not just a code: children that still run would keep this process alive.
    process.exit(1);
  }
}
