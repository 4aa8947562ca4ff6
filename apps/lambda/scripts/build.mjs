// Bundles the function into one file, the SDK included: the version that was tested is the one that runs.
import { writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { licencesOf } from './licences.mjs';
import { literalKeys } from './literal-keys.mjs';

const { metafile } = await build({
  entryPoints: ['src/detect.ts'],
  outfile: 'dist/detect.mjs',
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
// What is in it, for the test that keeps it small.
writeFileSync('dist/detect.meta.json', JSON.stringify(metafile));
const { inputs } = metafile.outputs['dist/detect.mjs'];
writeFileSync('dist/detect.mjs.LEGAL.txt', licencesOf(inputs));
