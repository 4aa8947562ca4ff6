import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const DIST = resolve(import.meta.dirname, '../../../apps/lambda/dist');

/** What a cold start has to fetch and to read. kB are 1,000 bytes. */
const MOST_KB = 600;
const MOST_GZIP_KB = 160;

/** What esbuild says of its work, as far as it is used here. */
interface Metafile {
  readonly outputs: Readonly<Record<string, Output>>;
}

interface Output {
  readonly bytes: number;
  readonly exports: readonly string[];
  readonly imports: readonly { readonly path: string; readonly external?: boolean }[];
  readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>;
}

const code = readFileSync(resolve(DIST, 'detect.mjs'));
const metafile = JSON.parse(readFileSync(resolve(DIST, 'detect.meta.json'), 'utf8')) as Metafile;
const bundle = metafile.outputs['dist/detect.mjs']!;
const bundled = Object.keys(bundle.inputs).filter((path) => bundle.inputs[path]!.bytesInOutput > 0);

/** `@aws-sdk/client-s3`, or the folder of a package of the workspace. */
function packageOf(path: string): string {
  const [, installed] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
  const [, own] = /^\.\.\/\.\.\/(packages\/[^/]+)\//.exec(path) ?? [];
  return installed ?? own ?? 'apps/lambda';
}

/** The packages with the most bytes in the bundle, a line each. */
function largest(): string {
  const bytes = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(bundle.inputs)) {
    const name = packageOf(path);
    bytes.set(name, (bytes.get(name) ?? 0) + bytesInOutput);
  }
  const sorted = [...bytes].sort(([, a], [, b]) => b - a).slice(0, 10);
  return sorted.map(([name, size]) => `  ${(size / 1000).toFixed(1)} kB ${name}`).join('\n');
}

test(`the bundle is at most ${MOST_KB} kB`, () => {
  const kb = code.length / 1000;
  expect(kb, `${kb} kB; the largest in it:\n${largest()}\n`).toBeLessThanOrEqual(MOST_KB);
});

test(`the bundle is at most ${MOST_GZIP_KB} kB when it is compressed`, () => {
  const kb = gzipSync(code, { level: 9 }).length / 1000;
  expect(kb, `${kb} kB; the largest in it:\n${largest()}\n`).toBeLessThanOrEqual(MOST_GZIP_KB);
});

test('what was measured is what esbuild made', () => {
  expect(code.length).toBe(bundle.bytes);
});

test('what reads plumbline.yaml is not in it: the configuration comes resolved', () => {
  const packages = new Set(bundled.map(packageOf));
  const unwanted = ['zod', 'yaml', 'packages/config'];
  expect(unwanted.filter((name) => packages.has(name))).toEqual([]);
});

test('it is one file that needs nothing but Node', () => {
  expect(Object.keys(metafile.outputs)).toEqual(['dist/detect.mjs']);
  const foreign = bundle.imports.filter(({ path }) => !path.startsWith('node:'));
  expect(foreign).toEqual([]);
});

test('it exports the handler and nothing else', () => {
  expect(bundle.exports).toEqual(['handler']);
});

test('the licences of the packages in it lie beside it', () => {
  const text = readFileSync(resolve(DIST, 'detect.mjs.LEGAL.txt'), 'utf8');
  const installed = bundled.filter((path) => path.includes('node_modules/')).map(packageOf);
  expect(installed).toContain('@aws-sdk/client-s3');
  const named = new Set(Array.from(text.matchAll(/^(\S+) [\d.]+: \S/gm), ([, name]) => name));
  expect(installed.filter((name) => !named.has(name))).toEqual([]);
  expect(text).toContain('Apache License');
  expect(text).toContain('Permission is hereby granted, free of charge');
});
