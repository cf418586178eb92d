/**
 * The files that are served as they are, by name. In a bundle they lie in one folder: the build copies them there, and puts
 * that folder's addresses in place of these.
 */
export const FILES = {
  'openapi.json': new URL('../../../docs/openapi.json', import.meta.url),
  'swagger-ui-bundle.js': new URL(
    '../../../node_modules/swagger-ui-dist/swagger-ui-bundle.js',
    import.meta.url,
  ),
  'swagger-ui.css': new URL('../../../node_modules/swagger-ui-dist/swagger-ui.css', import.meta.url),
};

export type FileName = keyof typeof FILES;
