import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * A certificate for 127.0.0.1 and localhost that signs itself, valid until 2125:
 * `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500
 *  -addext subjectAltName=IP:127.0.0.1,DNS:localhost`. Its key protects nothing.
 */
export const CERTIFICATE_FILE = pathOf('self-signed.pem');

/** The same with the same key, but valid only in 2020. */
export const EXPIRED_CERTIFICATE_FILE = pathOf('expired.pem');

/** @returns the certificate and its key, as Node's TLS server takes them */
export function readCertificate(file = CERTIFICATE_FILE): {
  readonly cert: string;
  readonly key: string;
} {
  return {
    cert: readFileSync(file, 'utf8'),
    key: readFileSync(pathOf('self-signed.key.pem'), 'utf8'),
  };
}

function pathOf(name: string): string {
  return fileURLToPath(new URL(`certificates/${name}`, import.meta.url));
}
