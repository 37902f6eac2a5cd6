import { Injectable } from '@nestjs/common';
import { LiveConfig, type ProxyConfig } from '../../config/index.js';
import { RouteTable } from '../../http/index.js';
import { type PortalFile, etagOf } from '../portal-file.js';

/** The description of the API as a file: written when asked for, and anew for a new configuration. */
@Injectable()
export class OpenApiFile {
  #written: { readonly config: ProxyConfig; readonly file: Promise<PortalFile> } | undefined;

  constructor(
    private readonly routes: RouteTable,
    private readonly config: LiveConfig,
  ) {}

  get current(): Promise<PortalFile> {
    const config = this.config.current;
    if (this.#written?.config !== config) {
      this.#written = { config, file: this.#write(config) };
    }
    return this.#written.file;
  }

  async #write(config: ProxyConfig): Promise<PortalFile> {
    // Loaded only now: most proxies are never asked, and start the sooner.
    const { openApiDocument } = await import('./document.js');
    const bytes = Buffer.from(JSON.stringify(openApiDocument(this.routes.routes, config)));
    return {
      contentType: 'application/json; charset=utf-8',
      etag: etagOf(bytes),
      isCompressed: false,
      bytes,
    };
  }
}
