import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const APP = resolve(import.meta.dirname, '../../../apps/lambda');
const ENTRY = 'dist/detect.mjs';

/** What a cold start has to fetch and to read, all files of it together. kB are 1,000 bytes. */
const MOST_KB = 600;
const MOST_GZIP_KB = 170;

/** What esbuild says of its work, as far as it is used here. */
interface Metafile {
  readonly outputs: Readonly<Record<string, Output>>;
}

interface Output {
  readonly bytes: number;
  readonly exports: readonly string[];
  readonly imports: readonly Import[];
  readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>;
}

interface Import {
  readonly path: string;
  readonly kind: 'import-statement' | 'dynamic-import';
  readonly external?: boolean;
}

const metafile = JSON.parse(
  readFileSync(resolve(APP, 'dist/detect.meta.json'), 'utf8'),
) as Metafile;
const { outputs } = metafile;
const codeOf = (output: string): Buffer => readFileSync(resolve(APP, output));

/** The outputs that the entry imports by these kinds of import, however indirectly, and itself. */
function importedBy(...kinds: readonly Import['kind'][]): readonly string[] {
  const found = new Set([ENTRY]);
  for (const output of found) {
    for (const { path, kind, external } of outputs[output]!.imports) {
      if (!external && kinds.includes(kind)) found.add(path);
    }
  }
  return [...found];
}

const coldStart = importedBy('import-statement');
const everything = importedBy('import-statement', 'dynamic-import');

/** The files that have come into outputs, each with its bytes there. */
function bundledIn(names: readonly string[]): [path: string, bytes: number][] {
  return names
    .flatMap((name) => Object.entries(outputs[name]!.inputs))
    .map(([path, { bytesInOutput }]): [string, number] => [path, bytesInOutput])
    .filter(([, bytes]) => bytes > 0);
}

/** `@aws-sdk/client-s3`, or the folder of a package of the workspace. */
function packageOf(path: string): string {
  const [, installed] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
  const [, own] = /^\.\.\/\.\.\/(packages\/[^/]+)\//.exec(path) ?? [];
  return installed ?? own ?? 'apps/lambda';
}

/** The packages with the most bytes in a cold start, a line each. */
function largest(): string {
  const bytes = new Map<string, number>();
  for (const [path, size] of bundledIn(coldStart)) {
    const name = packageOf(path);
    bytes.set(name, (bytes.get(name) ?? 0) + size);
  }
  const sorted = [...bytes].sort(([, a], [, b]) => b - a).slice(0, 10);
  return sorted.map(([name, size]) => `  ${(size / 1000).toFixed(1)} kB ${name}`).join('\n');
}

function kbOf(names: readonly string[], sizeOf: (code: Buffer) => number): number {
  return names.reduce((sum, name) => sum + sizeOf(codeOf(name)), 0) / 1000;
}

test(`a cold start reads at most ${MOST_KB} kB`, () => {
  const kb = kbOf(coldStart, (code) => code.length);
  expect(kb, `${kb} kB; the largest in it:\n${largest()}\n`).toBeLessThanOrEqual(MOST_KB);
});

test(`a cold start reads at most ${MOST_GZIP_KB} kB of the archive`, () => {
  const kb = kbOf(coldStart, (code) => gzipSync(code, { level: 9 }).length);
  expect(kb, `${kb} kB; the largest in it:\n${largest()}\n`).toBeLessThanOrEqual(MOST_GZIP_KB);
});

test.each([
  ['the client of the queue', 'node_modules/@aws-sdk/client-sqs/'],
  ['the autoencoder', 'packages/core/dist/detectors/autoencoder.js'],
  ['what reads cron expressions', 'node_modules/croner/'],
  ['what makes pictures', 'node_modules/@resvg/resvg-wasm/'],
  ['what draws charts', 'packages/core/dist/charts/alert-chart.js'],
  ['what signs links', 'node_modules/@aws-sdk/s3-request-presigner/'],
  ['what writes mail', 'packages/aws-adapters/dist/messages/email-text.js'],
])('%s is read by who needs it, and not by a cold start', (_, path) => {
  const has = (names: readonly string[]): boolean =>
    bundledIn(names).some(([bundled]) => bundled.includes(path));
  expect(has(everything)).toBe(true);
  expect(has(coldStart)).toBe(false);
});

test('what was measured is what esbuild made', () => {
  for (const name of everything) expect(codeOf(name).length, name).toBe(outputs[name]!.bytes);
});

test('every file of code that goes into the archive is one that something imports', () => {
  const files = readdirSync(resolve(APP, 'dist')).filter((name) => name.endsWith('.mjs'));
  expect(files.map((name) => `dist/${name}`).sort()).toEqual([...everything].sort());
});

test('what reads plumbline.yaml is not in it: the configuration comes resolved', () => {
  const packages = new Set(bundledIn(everything).map(([path]) => packageOf(path)));
  const unwanted = ['zod', 'yaml', 'packages/config'];
  expect(unwanted.filter((name) => packages.has(name))).toEqual([]);
});

test('it needs nothing but itself and Node', () => {
  const foreign = everything
    .flatMap((name) => outputs[name]!.imports)
    .filter(({ path, external }) => (external ? !path.startsWith('node:') : !outputs[path]));
  expect(foreign).toEqual([]);
});

test('what makes pictures is in files that the archive has only where charts are made', () => {
  const needed = [...coldStart, ...everything].filter((name) => !name.includes('/charts'));
  const paths = bundledIn(needed).map(([path]) => path);
  const foreign = /@resvg\/|@fontsource\/|s3-request-presigner|apps\/lambda\/src\/charts?\b/;
  expect(paths.filter((path) => foreign.test(path))).toEqual([]);
  const beside = readdirSync(resolve(APP, 'dist')).filter((name) => /\.(wasm|woff2)$/.test(name));
  expect(beside).toEqual([
    'charts-cyrillic-400.woff2',
    'charts-greek-400.woff2',
    'charts-latin-400.woff2',
    'charts-latin-600.woff2',
    'charts-latin-ext-400.woff2',
    'charts.wasm',
  ]);
});

test('it exports the handler and nothing else', () => {
  expect(outputs[ENTRY]!.exports).toEqual(['handler']);
});

test('the licences of the packages in it lie beside it', () => {
  const text = readFileSync(resolve(APP, 'dist/detect.mjs.LEGAL.txt'), 'utf8');
  const installed = bundledIn(everything)
    .filter(([path]) => path.includes('node_modules/'))
    .map(([path]) => packageOf(path));
  for (const name of ['@aws-sdk/client-s3', '@aws-sdk/client-sqs', 'croner', '@resvg/resvg-wasm']) {
    expect(installed).toContain(name);
  }
  const named = new Set(Array.from(text.matchAll(/^(\S+) [\d.]+: \S/gm), ([, name]) => name));
  expect(installed.filter((name) => !named.has(name))).toEqual([]);
  expect(named).toContain('@fontsource/inter');
  expect(text).toContain('SIL OPEN FONT LICENSE');
  expect(text).toContain('Apache License');
  expect(text).toContain('Permission is hereby granted, free of charge');
});
