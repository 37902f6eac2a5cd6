import { Controller, Get, Param, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { LiveConfig } from '../config/index.js';
import { UnknownUrlError } from '../errors/index.js';
import { Public } from '../http/index.js';
import { ModelCatalog } from '../models/index.js';
import { DocsFiles } from './docs/docs-files.js';
import { DOCS_POLICY, docsPage } from './docs/docs-page.js';
import { HOME_POLICY, homePage } from './home/home-page.js';
import { OpenApiFile } from './openapi/openapi-file.js';
import { PortalGuard } from './portal.guard.js';
import { publicAddress } from './public-address.js';
import { sendFile, sendPage } from './send-page.js';

/** What programs find at the proxy's address: where everything is. */
const INDEX = {
  name: 'llm-proxy',
  api: '/v1',
  docs: '/docs',
  openapi: '/openapi.json',
  health: '/health',
  metrics: '/metrics',
};

/** The pages for people. They tell nothing that is not public, and need no key. */
@Controller()
@Public()
@UseGuards(PortalGuard)
export class PortalController {
  constructor(
    private readonly config: LiveConfig,
    private readonly catalog: ModelCatalog,
    private readonly openApi: OpenApiFile,
    private readonly docsFiles: DocsFiles,
  ) {}

  /** Curl and load balancers, which take anything, get the page, too; who wants JSON gets an index. */
  @Get()
  home(@Req() request: Request, @Res() response: Response): void {
    response.vary('Accept');
    if (request.accepts(['html', 'json']) === 'json') {
      response.json(INDEX);
      return;
    }
    const needsKey = this.config.current.server.masterApiKey !== undefined;
    const page = homePage({
      address: publicAddress(request.headers, request.socket.localPort ?? 80),
      needsKey,
      models: needsKey ? [] : this.catalog.names(),
    });
    sendPage(response, page, HOME_POLICY);
  }

  @Get('docs')
  docs(@Req() { path }: Request, @Res() response: Response): void {
    sendPage(response, docsPage(path), DOCS_POLICY);
  }

  /** @throws UnknownUrlError when the page has no such file */
  @Get('docs/*file')
  async docsFile(
    @Param('file') segments: readonly string[],
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const takesGzip = request.acceptsEncodings('gzip') === 'gzip';
    const file = await this.docsFiles.find(segments.join('/'), takesGzip);
    if (file === undefined) {
      throw new UnknownUrlError(request.method, request.path);
    }
    response.vary('Accept-Encoding');
    sendFile(request, response, file);
  }

  @Get('openapi.json')
  async openApiFile(@Req() request: Request, @Res() response: Response): Promise<void> {
    sendFile(request, response, await this.openApi.current);
  }
}
