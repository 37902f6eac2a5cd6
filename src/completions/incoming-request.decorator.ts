import { type ExecutionContext, createParamDecorator } from '@nestjs/common';
import type { Request } from 'express';

/** Hands the HTTP request itself to a pipe, which reads what the handler needs from it. */
export const IncomingRequest = createParamDecorator(
  (_data: unknown, execution: ExecutionContext): Request => execution.switchToHttp().getRequest(),
);
