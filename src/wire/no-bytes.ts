/** What a reader stands on before it is given anything. */
export const NO_BYTES = new Uint8Array(0);
