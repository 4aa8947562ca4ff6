// Bundles the function, the SDK included: the version that was tested is the one that runs. What only some need
// (a queue, an autoencoder) is in files of its own, which only they load.
import { rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { licencesOf } from './licences.mjs';
import { literalKeys } from './literal-keys.mjs';

rmSync('dist', { recursive: true, force: true }); // the names of parts change with their content
const { metafile } = await build({
  entryPoints: ['src/detect.ts'],
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
  legalComments: 'none', // most packages have their licence in a file: see licences.mjs
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
// What is in it, for the test that keeps it small.
writeFileSync('dist/detect.meta.json', JSON.stringify(metafile));
const inputs = Object.assign({}, ...Object.values(metafile.outputs).map((output) => output.inputs));
writeFileSync('dist/detect.mjs.LEGAL.txt', licencesOf(inputs));
