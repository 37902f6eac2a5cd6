import { Module } from '@nestjs/common';
import { ModelsModule } from '../models/index.js';
import { DocsFiles } from './docs/docs-files.js';
import { OpenApiFile } from './openapi/openapi-file.js';
import { PortalController } from './portal.controller.js';
import { PortalGuard } from './portal.guard.js';

@Module({
  imports: [ModelsModule],
  controllers: [PortalController],
  providers: [DocsFiles, OpenApiFile, PortalGuard],
})
export class PortalModule {}
