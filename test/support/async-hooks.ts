/** Options for `node`: when the process ends it says whether async hooks are enabled, as `node:domain` enables them. */
export const REPORT_ASYNC_HOOKS: readonly string[] = [
  // Nothing public tells.
  '--expose-internals',
  '--import',
  `data:text/javascript,${encodeURIComponent(`
    import { createRequire } from 'node:module';
    const { enabledHooksExist } = createRequire('/')('internal/async_hooks');
    process.on('exit', () => console.log('async hooks: ' + enabledHooksExist()));
  `)}`,
];
