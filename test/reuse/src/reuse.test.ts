import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const CORE = join(ROOT, 'packages/core');
const BIN = join(ROOT, 'node_modules/.bin');
const EXAMPLE = join(ROOT, 'examples/reuse-core/detect.mjs');
const CSV = join(ROOT, 'examples/local-run/data/ec2_cpu_utilization_24ae8d.csv');

/** Installing from the registry takes its time. */
const INSTALL_MS = 120_000;

const run = (command: string, args: readonly string[], cwd: string): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

describe('core, packed and installed in a workspace outside the repository', () => {
  const workspace = mkdtempSync(join(tmpdir(), 'plumbline-reuse-'));
  afterAll(() => rmSync(workspace, { recursive: true, force: true }));

  beforeAll(() => {
    run(join(BIN, 'pnpm'), ['pack', '--pack-destination', workspace], CORE);
    const [tarball = 'none'] = readdirSync(workspace).filter((name) => name.endsWith('.tgz'));
    const manifest = { name: 'elsewhere', private: true, type: 'module' };
    writeFileSync(join(workspace, 'package.json'), JSON.stringify(manifest));
    const quick = ['--prefer-offline', '--no-audit', '--no-fund'];
    run('npm', ['install', ...quick, `./${tarball}`], workspace);
    cpSync(CSV, join(workspace, 'cpu.csv'));
  }, INSTALL_MS);

  /** The first value far out in that file: 26 February 2014, with a label of NAB's around it. */
  const FINDING = /^2014-02-26T22:05:00Z 2\d\.\d sigma$/m;

  test("runs the README's ten lines in plain JavaScript", () => {
    cpSync(EXAMPLE, join(workspace, 'detect.mjs'));
    const output = run(process.execPath, ['detect.mjs'], workspace);
    expect(output).toMatch(FINDING);
    expect(output.trim().split('\n').length).toBeLessThan(60);
  });

  test('type-checks and runs them in TypeScript', () => {
    cpSync(EXAMPLE, join(workspace, 'detect.ts'));
    const options = { module: 'NodeNext', target: 'ES2022', strict: true, outDir: 'out' };
    const types = { types: ['node'], typeRoots: [join(ROOT, 'node_modules/@types')] };
    const tsconfig = { compilerOptions: { ...options, ...types }, files: ['detect.ts'] };
    writeFileSync(join(workspace, 'tsconfig.json'), JSON.stringify(tsconfig));
    run(join(BIN, 'tsc'), ['-p', '.'], workspace);
    expect(run(process.execPath, ['out/detect.js'], workspace)).toMatch(FINDING);
  });

  test('refuses in TypeScript what the contract does not have', () => {
    const wrong =
      "import { createZScore } from '@plumbline/core';\ncreateZScore({ treshold: 6 });\n";
    writeFileSync(join(workspace, 'wrong.ts'), wrong);
    const args = ['--noEmit', '--module', 'NodeNext', '--strict', '--ignoreConfig', 'wrong.ts'];
    const { status, stdout } = spawnSync(join(BIN, 'tsc'), args, {
      cwd: workspace,
      encoding: 'utf8',
    });
    expect(stdout).toContain("Did you mean to write 'threshold'?");
    expect(status).not.toBe(0);
  });

  test('brings no tests, and no other dependencies than those that are loaded by who chooses them', () => {
    const installed = join(workspace, 'node_modules/@plumbline/core');
    const files = readdirSync(installed, { recursive: true, encoding: 'utf8' });
    expect(files).toContain(join('dist', 'index.d.ts'));
    expect(files.filter((name) => /\.test\.|testing|testdata|tsbuildinfo/.test(name))).toEqual([]);
    const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    expect(dependencies).toEqual({ croner: '11.0.1', 'isolation-forest': '0.0.9' });
  });
});

test.each(['README.md', 'packages/core/README.md'])(
  'the ten lines of %s are the example',
  (name) => {
    const readme = readFileSync(join(ROOT, name), 'utf8');
    expect(readme).toContain(`\`\`\`js\n${readFileSync(EXAMPLE, 'utf8')}\`\`\``);
  },
);
