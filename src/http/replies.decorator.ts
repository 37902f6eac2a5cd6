import { SetMetadata } from '@nestjs/common';

export const REPLIES = Symbol('replies');

/** Marks a handler whose Observable carries reply parts, which the SSE interceptor writes. */
export const Replies = (): MethodDecorator & ClassDecorator => SetMetadata(REPLIES, true);
