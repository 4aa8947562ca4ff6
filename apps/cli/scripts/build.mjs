// Bundles the command and the worker that it starts. They run on any Node from 20 on, without
// node_modules; what only some commands need, such as the clients of AWS, is in files that only they load.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { licencesOf } from '../../../scripts/licences.mjs';

rmSync('dist', { recursive: true, force: true }); // the names of parts change with their content

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const { metafile } = await build({
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
  legalComments: 'none', // most packages have their licence in a file: see scripts/licences.mjs
  define: { PLUMBLINE_VERSION: JSON.stringify(version) },
  metafile: true,
  logLevel: 'warning',
});
// What is in it, for the list of contents of a release; and whose it is.
writeFileSync('dist/plumbline.meta.json', JSON.stringify(metafile));
const inputs = Object.assign({}, ...Object.values(metafile.outputs).map((output) => output.inputs));
writeFileSync('dist/LICENCES.txt', licencesOf('The command', inputs));

// What runs in a report, and how it looks: two texts that `plumbline report` puts into its file.
const { resolve } = createRequire(import.meta.url);
const licences = ['uplot', 'fflate'].map((name) => {
  const folder = dirname(resolve(`${name}/package.json`));
  return `/*! ${name}\n\n${readFileSync(join(folder, 'LICENSE'), 'utf8')}*/`;
});
const licence = licences.join('\n');
await build({
  entryPoints: {
    'report-page': 'src/report/page/main.ts',
    'report-style': 'src/report/page/page.css',
  },
  outdir: 'dist',
  bundle: true,
  minify: true,
  charset: 'utf8',
  platform: 'browser',
  target: ['chrome111', 'firefox115', 'safari16.4'],
  format: 'iife',
  legalComments: 'none',
  banner: { js: licence, css: licences[0] },
  logLevel: 'warning',
});
