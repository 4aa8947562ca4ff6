// Bundles the function, the SDK included: the version that was tested is the one that runs. What only some need
// (a queue, an autoencoder) is in files of its own, which only they load; what draws charts is in `charts.mjs`, with
// files beside it, which are left out of the archive of who has none.
import { copyFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { licencesOf } from '../../../scripts/licences.mjs';
import { literalKeys } from './literal-keys.mjs';

rmSync('dist', { recursive: true, force: true }); // the names of parts change with their content
const { metafile } = await build({
  entryPoints: ['src/detect.ts', 'src/charts.ts'],
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  splitting: true,
  chunkNames: 'part-[hash]',
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node22',
  format: 'esm',
  // Of the packages that come in both forms the one that can be shaken: half the size.
  mainFields: ['module', 'main'],
  // Profiles, single sign-on and instance metadata are for machines of people.
  alias: { '@aws-sdk/credential-provider-node': '@plumbline/aws-adapters/environment-credentials' },
  // CommonJS inside the bundle asks for Node's own modules by `require`, which ESM does not have.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  plugins: [literalKeys],
  legalComments: 'none', // most packages have their licence in a file: see scripts/licences.mjs
  metafile: true,
  logLevel: 'warning',
});
// esbuild divides before it leaves out what nothing uses: some parts are then imported by nobody.
const imported = new Set(['dist/detect.mjs']);
for (const output of imported) {
  for (const { path, external } of metafile.outputs[output].imports) {
    if (!external) imported.add(path);
  }
}
for (const output of Object.keys(metafile.outputs)) {
  if (imported.has(output)) continue;
  rmSync(output);
  delete metafile.outputs[output];
}
const resolved = (name) => fileURLToPath(import.meta.resolve(name));
const assets = [
  ['charts.wasm', resolved('@resvg/resvg-wasm/index_bg.wasm')],
  ...['latin-400', 'latin-600', 'latin-ext-400', 'greek-400', 'cyrillic-400'].map((part) => {
    const [, script, weight] = /^(.*)-(\d+)$/.exec(part);
    const font = `@fontsource/inter/files/inter-${script}-${weight}-normal.woff2`;
    return [`charts-${part}.woff2`, resolved(font)];
  }),
];
for (const [name, path] of assets) {
  copyFileSync(path, `dist/${name}`);
  // As esbuild would list them: for the list of contents, and for the licences.
  const { size: bytes } = statSync(path);
  const input = relative('.', path);
  metafile.inputs[input] = { bytes, imports: [] };
  const inputs = { [input]: { bytesInOutput: bytes } };
  metafile.outputs[`dist/${name}`] = { bytes, imports: [], exports: [], inputs };
}

// What is in it, for the test that keeps it small.
writeFileSync('dist/detect.meta.json', JSON.stringify(metafile));
const inputs = Object.assign({}, ...Object.values(metafile.outputs).map((output) => output.inputs));
writeFileSync('dist/detect.mjs.LEGAL.txt', licencesOf('The function', inputs));
