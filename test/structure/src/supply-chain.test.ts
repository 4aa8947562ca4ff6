import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  buildProblems,
  type InstalledPackage,
  type Lockfile,
  lockProblems,
  loosePins,
  type Manifest,
  ownInstallScripts,
} from './supply-chain.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(resolve(ROOT, path), 'utf8');

const workspace = parse(read('pnpm-workspace.yaml'));
const lockfile: Lockfile = parse(read('pnpm-lock.yaml'));
const namesIn = (folder: string): string[] =>
  readdirSync(resolve(ROOT, folder)).map((name) => join(folder, name));
const manifests = new Map<string, Manifest>(
  ['.', 'infra', ...['apps', 'examples', 'packages', 'test'].flatMap(namesIn)]
    .map((folder) => join(folder, 'package.json'))
    .filter((path) => existsSync(resolve(ROOT, path)))
    .map((path) => [path, JSON.parse(read(path))]),
);

describe('fault 38: a dependency', () => {
  test('is pinned to one version, wherever it is asked for', () => {
    expect(manifests.size).toBeGreaterThan(12);
    expect([...manifests].flatMap(([path, manifest]) => loosePins(path, manifest))).toEqual([]);
  });

  test.each(['^1.0.0', '~10.7.0', '1', '1.x', '*', 'latest', '>=1.0.0', '1.0.0 || 2.0.0'])(
    'asked for as %s is not pinned',
    (version) =>
      expect(loosePins('package.json', { dependencies: { a: version } })).toHaveLength(1),
  );

  test.each([
    'github:somebody/a',
    'git+https://github.com/somebody/a.git#0123abc',
    'https://example.com/a-1.0.0.tgz',
    'npm:b@^1.0.0',
    'link:../a',
  ])('asked for as %s does not come from the registry, or is not pinned', (version) =>
    expect(loosePins('package.json', { devDependencies: { a: version } })).toHaveLength(1),
  );

  test.each(['1.0.0', '2.0.0-rc.1', 'npm:cdktn@0.24.0', 'npm:@a/b@1.0.0', 'workspace:^'])(
    'asked for as %s is pinned, or our own',
    (version) =>
      expect(loosePins('package.json', { optionalDependencies: { a: version } })).toEqual([]),
  );
});

describe('fault 38: the lockfile', () => {
  const SHA_512 = `sha512-${'A'.repeat(86)}==`;
  const locked = (name: string, resolution: Record<string, unknown>): Lockfile => ({
    importers: {},
    packages: { [name]: { resolution } },
  });

  test('has a checksum for everything, and nothing that is not of the registry', () => {
    expect(Object.keys(lockfile.packages).length).toBeGreaterThan(100);
    expect(lockProblems(lockfile)).toEqual([]);
  });

  test('covers every folder that asks for something', () => {
    const folders = [...manifests.keys()]
      .filter((path) => !path.startsWith('examples/'))
      .map((path) => path.replace(/\/?package\.json$/, '') || '.');
    expect(Object.keys(lockfile.importers).sort()).toEqual(folders.sort());
  });

  test.each([
    ['no checksum', locked('a@1.0.0', {})],
    ['a weak checksum', locked('a@1.0.0', { integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' })],
    ['an address', locked('a@1.0.0', { integrity: SHA_512, tarball: 'https://example.com/a.tgz' })],
    ['a tarball', locked('a@https://example.com/a.tgz', { integrity: SHA_512 })],
    [
      'a commit',
      locked('a@1.0.0', { integrity: SHA_512, type: 'git', repo: 'https://a', commit: '0' }),
    ],
    ['a folder', locked('a@file:../a', { integrity: SHA_512 })],
    [
      'a dependency that is somewhere else',
      {
        importers: { '.': { dependencies: { a: { version: 'https://example.com/a.tgz' } } } },
        packages: {},
      },
    ],
  ])('with %s is refused', (_, lock) => expect(lockProblems(lock)).toHaveLength(1));
});

describe('fault 38: a script that runs at installing', () => {
  const { allowBuilds } = workspace as { allowBuilds: Record<string, boolean> };

  test('is named in pnpm-workspace.yaml, whoever has it', () => {
    const installed = installedPackages();
    expect(installed.length).toBeGreaterThan(100);
    expect(buildProblems(installed, allowBuilds)).toEqual([]);
  });

  test('is refused', () => {
    expect(Object.entries(allowBuilds).filter(([, allowed]) => allowed)).toEqual([]);
  });

  test('runs nowhere either when pnpm itself is fetched', () => {
    const fetched = ['scripts/workspace.mjs', ...namesIn('.github/workflows')]
      .flatMap((path) => read(path).split('\n'))
      .filter((line) => /\bexec\b.*--yes/.test(line));
    expect(fetched.length).toBeGreaterThan(3);
    expect(fetched.filter((line) => !line.includes('--ignore-scripts'))).toEqual([]);
  });

  test('is in no package of ours', () => {
    expect([...manifests].flatMap(([path, manifest]) => ownInstallScripts(path, manifest))).toEqual(
      [],
    );
    expect(ownInstallScripts('package.json', { scripts: { prepare: 'husky' } })).toHaveLength(1);
  });

  test.each([
    ['a script', { scripts: { postinstall: 'node install.js' }, gyp: false }],
    ['a binding', { scripts: {}, gyp: true }],
  ])('that nobody has looked at is found: %s', (_, what) => {
    expect(buildProblems([{ name: 'a', ...what }], {})).toEqual([
      expect.stringContaining('a: has '),
    ]);
    expect(buildProblems([{ name: 'a', ...what }], { a: false })).toEqual([]);
  });

  test('that is named and no longer there is found too', () => {
    expect(buildProblems([], { a: false })).toHaveLength(1);
  });
});

/** All that pnpm has installed here; what is for another machine is not. */
function installedPackages(): InstalledPackage[] {
  const store = join(ROOT, 'node_modules/.pnpm');
  return readdirSync(store).flatMap((entry) => {
    // name@version, or scope+name@version; what lies beside it are links to others.
    const [, scope, name] = /^(?:(@[^+]+)\+)?([^@]+)@/.exec(entry) ?? [];
    if (name === undefined) return [];
    const folder = join(store, entry, 'node_modules', scope ?? '', name);
    if (!existsSync(join(folder, 'package.json'))) return [];
    const { scripts = {} } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    ) as Manifest;
    return [
      {
        name: scope === undefined ? name : `${scope}/${name}`,
        scripts,
        gyp: existsSync(join(folder, 'binding.gyp')),
      },
    ];
  });
}
