// Bundles the command, and the worker that it starts, into a file each. They run on any Node from 20
// on, without node_modules.
import { build } from 'esbuild';

await build({
  entryPoints: ['src/plumbline.ts', 'src/score-worker.ts'],
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  mainFields: ['module', 'main'],
  // CommonJS inside the bundle asks for Node's own modules by `require`, which ESM does not have.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  legalComments: 'linked',
  logLevel: 'warning',
});
