/** Where Swagger UI's files are: in its package. The bundle has them beside it instead (bundle.js). */
export const ASSET_FOLDER = new URL('.', import.meta.resolve('swagger-ui-dist/package.json'));
