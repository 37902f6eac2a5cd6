import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import { type PortalFile, etagOf } from '../portal-file.js';
import { ASSET_FOLDER } from './asset-folder.js';
import { PAGE_SCRIPT, PAGE_STYLE } from './docs-page.js';

interface Source {
  readonly contentType: string;
  readonly read: () => Promise<Uint8Array>;
}

const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';

const SOURCES: ReadonlyMap<string, Source> = new Map([
  ['page.css', { contentType: STYLE, read: () => Promise.resolve(Buffer.from(PAGE_STYLE)) }],
  ['page.js', { contentType: SCRIPT, read: () => Promise.resolve(Buffer.from(PAGE_SCRIPT)) }],
  ['swagger-ui.css', { contentType: STYLE, read: () => readAsset('swagger-ui.css') }],
  ['swagger-ui-bundle.js', { contentType: SCRIPT, read: () => readAsset('swagger-ui-bundle.js') }],
]);

/** All that there are. */
export const DOCS_FILE_NAMES: readonly string[] = [...SOURCES.keys()];

/**
 * The files beside the documentation's page. Nothing is read before somebody asks for it; then it is
 * kept, so that many slow readers share one copy of half a megabyte.
 */
@Injectable()
export class DocsFiles {
  readonly #kept = new Map<string, Promise<PortalFile>>();

  /**
   * @param takesGzip - whether the client understands gzip
   * @returns undefined when there is no file of that name
   */
  async find(name: string, takesGzip: boolean): Promise<PortalFile | undefined> {
    const source = SOURCES.get(name);
    if (source === undefined) {
      return undefined;
    }
    const key = `${name} ${takesGzip ? 'gzip' : ''}`;
    const kept = this.#kept.get(key) ?? load(source, takesGzip);
    this.#kept.set(key, kept);
    try {
      return await kept;
    } catch (error) {
      // A file that could not be read may be there the next time.
      this.#kept.delete(key);
      throw error;
    }
  }
}

async function load({ contentType, read }: Source, takesGzip: boolean): Promise<PortalFile> {
  const original = await read();
  const bytes = takesGzip ? await promisify(gzip)(original) : original;
  return { contentType, etag: etagOf(bytes), isCompressed: takesGzip, bytes };
}

function readAsset(name: string): Promise<Uint8Array> {
  return readFile(new URL(name, ASSET_FOLDER));
}
