import { X509Certificate } from 'node:crypto';
import { resolve } from 'node:path';
import { writtenProviders, type DocumentPath } from '../document-path.js';
import type { FileSnapshot } from '../read/file-snapshot.js';
import { isMissing, systemCode } from '../read/system-error.js';

/** The certificates that providers trust, and what is wrong with those that cannot be used. */
export interface CaFiles {
  /** PEM text by the provider's place in the list. */
  readonly texts: ReadonlyMap<number, string>;
  readonly problems: readonly CaFileProblem[];
}

export interface CaFileProblem {
  readonly path: DocumentPath;
  readonly message: string;
  readonly remedy: string;
}

/** @param directory what relative paths start from: the configuration file's own directory */
export function readCaFiles(document: unknown, directory: string, files: FileSnapshot): CaFiles {
  const texts = new Map<number, string>();
  const problems: CaFileProblem[] = [];
  for (const [index, { ca_file: file }] of writtenProviders(document).entries()) {
    if (typeof file !== 'string' || file.trim() === '') {
      continue;
    }
    try {
      texts.set(index, checkCertificates(files.read(resolve(directory, file.trim()))));
    } catch (error) {
      problems.push({ path: ['providers', index, 'ca_file'], ...explain(error) });
    }
  }
  return { texts, problems };
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function checkCertificates(pem: string): string {
  const certificates = pem.match(CERTIFICATE) ?? [];
  if (certificates.length === 0 || !certificates.every(isCertificate)) {
    throw new NotCertificates();
  }
  return pem;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

class NotCertificates extends Error {}

function explain(error: unknown): Pick<CaFileProblem, 'message' | 'remedy'> {
  if (error instanceof NotCertificates) {
    return { message: 'names a file without valid certificates', remedy: 'it must be PEM' };
  }
  return isMissing(error)
    ? {
        message: 'names a file that does not exist',
        remedy: 'a relative path starts at the directory of the configuration file',
      }
    : { message: `names a file that cannot be read (${systemCode(error)})`, remedy: '' };
}
