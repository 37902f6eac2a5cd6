/**
 * Runs before every test file. Loads Nest as ESM first: @willsoto/nestjs-prometheus is CommonJS and
 * `require`s Nest, which Jest can only answer from modules that are already loaded and linked.
 */
import 'reflect-metadata';
import '@nestjs/common';
import '@nestjs/core';
