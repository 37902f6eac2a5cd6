import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Random } from './random.js';
import { SystemRandom } from './system-random.js';

@Global()
@Module({})
export class RandomModule {
  /** @param random - the one source of chance */
  static forRoot(random: Random = new SystemRandom()): DynamicModule {
    return {
      module: RandomModule,
      providers: [{ provide: Random, useValue: random }],
      exports: [Random],
    };
  }
}
