import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { functionFiles } from './function-files.ts';
import { SynthError } from './synth-error.ts';
import { bundleIn, configOf, configWith, synthesised } from './testing/synthesised.ts';

const config = configOf('plumbline.yaml');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-bundle-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the function is given', () => {
  test('its code, its monitors, their budget and what people have said, and nothing of how it was deployed', () => {
    const files = functionFiles(config, { bundle: bundleIn(folder) });
    expect([...files.keys()]).toEqual(['detect.mjs', 'plumbline.json']);
    const json = JSON.parse(new TextDecoder().decode(files.get('plumbline.json')));
    expect(json).toEqual({
      monitors: JSON.parse(JSON.stringify(config.monitors)),
      pagesPerWeek: 20,
      guidance: JSON.parse(JSON.stringify(config.guidance)),
    });
  });

  test('what draws charts, with what that needs, where they are made', () => {
    const files = functionFiles(configWith('{charts: true}'), { bundle: bundleIn(folder) });
    expect([...files.keys()].sort()).toEqual([
      'charts-latin-400.woff2',
      'charts.mjs',
      'charts.wasm',
      'detect.mjs',
      'plumbline.json',
    ]);
  });

  test('the licences of what was bundled, when the build wrote them', () => {
    const bundle = bundleIn(folder);
    writeFileSync(`${bundle}.LEGAL.txt`, 'Apache-2.0');
    const files = functionFiles(config, { bundle });
    expect(new TextDecoder().decode(files.get('detect.mjs.LEGAL.txt'))).toBe('Apache-2.0');
  });

  test('these in the archive beside the stack', () => {
    const { archive } = synthesised(config);
    expect(Object.keys(unzipSync(archive))).toEqual(['detect.mjs', 'plumbline.json']);
  });

  test('no archive at all when it was not built', () => {
    const bundle = join(folder, 'detect.mjs');
    expect(() => functionFiles(config, { bundle })).toThrow(
      new SynthError([
        `${bundle}: expected the function's code, got no file: run pnpm build first`,
      ]),
    );
  });
});
