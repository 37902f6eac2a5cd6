import { createHash } from 'node:crypto';

/** A file as it is sent. */
export interface PortalFile {
  readonly contentType: string;
  /** Differs where the bytes differ (RFC 9110 section 8.8.3). */
  readonly etag: string;
  /** Whether the bytes are compressed, by gzip. */
  readonly isCompressed: boolean;
  readonly bytes: Uint8Array;
}

/** @returns an entity tag for these bytes, and practically for no others */
export function etagOf(bytes: Uint8Array): string {
  return `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
}
