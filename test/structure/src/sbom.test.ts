import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Lockfile } from './supply-chain.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(resolve(ROOT, path), 'utf8');

interface Component {
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses?: readonly unknown[];
  readonly externalReferences?: readonly {
    readonly type: string;
    readonly url: string;
    readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  }[];
}

interface Sbom {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
}

const PACKAGES = ['core', 'config', 'estimate', 'aws-adapters'] as const;
const FILES = [...PACKAGES, 'cli', 'lambda'] as const;
const textOf = (name: (typeof FILES)[number]): string =>
  read(`dist/sbom/plumbline-${name}.cdx.json`);
const sbomOf = (name: (typeof FILES)[number]): Sbom => JSON.parse(textOf(name));
const nameOf = ({ group, name }: Component): string => (group ? `${group}/${name}` : name);
const versioned = (component: Component): string => `${nameOf(component)} ${component.version}`;

beforeAll(() => {
  const pnpm = resolve(ROOT, 'node_modules/.bin/pnpm');
  for (const script of ['sbom:packages', 'sbom:command', 'sbom:function']) {
    execFileSync(pnpm, ['run', script], { cwd: ROOT, stdio: 'pipe' });
  }
});

describe('fault 38: the list of what is in it', () => {
  test.each(FILES)('of %s is CycloneDX as its schema has it', async (name) => {
    const problems = await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(
      textOf(name),
    );
    expect(problems).toBeNull();
    expect(nameOf(sbomOf(name).metadata.component)).toBe(`@plumbline/${name}`);
  });

  test('would not be, with a field that the schema does not know', async () => {
    const text = JSON.stringify({ ...sbomOf('core'), compnents: [] });
    expect(
      await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text),
    ).not.toBeNull();
  });

  test.each(FILES)('of %s has a version, an address and a licence for each', (name) => {
    const wanting = sbomOf(name).components.filter(
      ({ version, purl, licenses = [] }) =>
        !version || !purl.startsWith('pkg:npm/') || licenses.length === 0,
    );
    expect(wanting).toEqual([]);
  });

  test.each(FILES)('of %s names no folder of the machine that it was made on', (name) => {
    expect(textOf(name)).not.toContain(ROOT);
  });

  test.each(PACKAGES)(
    'of %s has what it depends on, with the checksums of the lockfile',
    (name) => {
      const { dependencies } = JSON.parse(read(`packages/${name}/package.json`));
      const { components } = sbomOf(name);
      expect(components.map(nameOf)).toEqual(expect.arrayContaining(Object.keys(dependencies)));

      const lockfile: Lockfile = parse(read('pnpm-lock.yaml'));
      for (const component of components.filter(({ group }) => group !== '@plumbline')) {
        const { resolution } = lockfile.packages[`${nameOf(component)}@${component.version}`]!;
        const sha512 = String(resolution.integrity).replace('sha512-', '');
        const [from] = component.externalReferences!.filter(({ type }) => type === 'distribution');
        expect(from!.hashes).toEqual([
          { alg: 'SHA-512', content: Buffer.from(sha512, 'base64').toString('hex') },
        ]);
      }
    },
  );

  test('of the function has what is in its bundle, and nothing else', () => {
    const legal = read('apps/lambda/dist/detect.mjs.LEGAL.txt').split('\n----', 1)[0]!;
    const bundled = [...legal.matchAll(/^(\S+ \d+\.\d+\.\d+\S*): /gm)].map(([, line]) => line!);
    const { components } = sbomOf('lambda');
    const ours = components.filter(({ group }) => group === '@plumbline');

    expect(bundled.length).toBeGreaterThan(10);
    expect(ours.map(nameOf).sort()).toEqual(['@plumbline/aws-adapters', '@plumbline/core']);
    expect(
      components
        .filter((component) => !ours.includes(component))
        .map(versioned)
        .sort(),
    ).toEqual(bundled.sort());
  });
});
