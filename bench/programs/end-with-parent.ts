/** Ends this process when the one that started it is gone, however it went: its pipe closes. */
export function endWithParent(): void {
  process.stdin.resume().once('end', () => {
    process.exit();
  });
}

/** @returns the port this process was told to listen on */
export function portToListenOn(): number {
  return Number(process.env['PORT']);
}
