// Bundles the command and the worker that it starts. They run on any Node from 20 on, without
// node_modules; what only some commands need, such as the clients of AWS, is in files that only they load.
import { rmSync } from 'node:fs';
import { build } from 'esbuild';

rmSync('dist', { recursive: true, force: true }); // the names of parts change with their content

await build({
  entryPoints: ['src/plumbline.ts', 'src/score-worker.ts', 'src/alternatives-worker.ts'],
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  splitting: true,
  chunkNames: 'part-[hash]',
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
