import { Controller, Get, Res } from '@nestjs/common';
import { PrometheusController } from '@willsoto/nestjs-prometheus';
import type { Response } from 'express';
import { Public } from '../http/index.js';
import { MetricsPage } from './metrics-page.js';

/** The metrics page, open unless `metrics.requires_key` puts it behind the key. */
@Controller()
export class MetricsController extends PrometheusController {
  constructor(private readonly page: MetricsPage) {
    super();
  }

  @Get()
  @Public(({ metrics }) => !metrics.requiresKey)
  override index(@Res({ passthrough: true }) response: Response): Promise<string> {
    response.header('Content-Type', this.page.contentType);
    return this.page.text();
  }
}
