import type { Route } from '../shared/http/route.ts';

/** What describes the API, for people and for tools. Its code and files are loaded when somebody asks. */
export const documentationRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/openapi.json',
    access: 'public',
    handle: async (call) => {
      const { fileAnswer } = await import('../shared/http/pages/file-answer.ts');
      return fileAnswer('openapi.json', call.headerValues('accept-encoding'), {});
    },
  },
  // The page's links are absolute, so it works under both paths.
  ...['/docs', '/docs/'].map(
    (path): Route => ({
      method: 'GET',
      path,
      access: 'public',
      handle: async () => (await import('../shared/http/pages/docs-page.ts')).docsPage,
    }),
  ),
  {
    method: 'GET',
    path: '/docs/{file}',
    access: 'public',
    handle: async (call) => {
      const { docsFile } = await import('../shared/http/pages/docs-page.ts');
      return docsFile(call.params['file'] ?? '', call.headerValues('accept-encoding'));
    },
  },
  {
    method: 'GET',
    path: '/problems/{code}',
    access: 'public',
    handle: async ({ params }) => {
      const { problemPage } = await import('../shared/http/pages/problem-page.ts');
      return problemPage(params['code'] ?? '');
    },
  },
];
