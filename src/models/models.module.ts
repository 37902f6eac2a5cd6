import { Module } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import { ModelCatalog } from './model-catalog.js';
import { ModelsController } from './models.controller.js';

@Module({ controllers: [ModelsController], providers: [ModelCatalog], exports: [ModelCatalog] })
export class ModelsModule implements OnApplicationBootstrap {
  constructor(private readonly catalog: ModelCatalog) {}

  onApplicationBootstrap(): void {
    this.catalog.refresh();
  }
}
