/** @returns true for the system's error about a file that is not there */
export function isMissing(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** @returns the system's word for an error, such as `EACCES` */
export function systemCode(error: unknown): string {
  // By its shape: `instanceof Error` fails across realms, such as those of Jest.
  const isSystemError = typeof error === 'object' && error !== null && 'code' in error;
  return isSystemError && typeof error.code === 'string' ? error.code : 'unknown error';
}
