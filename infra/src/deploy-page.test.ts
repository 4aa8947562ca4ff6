import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PLATFORM_PERMISSIONS, permissionsFor } from './permissions.ts';
import { leastMemoryMb } from './preflight.ts';
import { configWith, synthesised } from './testing/synthesised.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/deploy.md'), 'utf8');

const DETECTORS = ['adaptive', 'isolation-forest', 'z-score'];
const SERIES = [100, 500, 1000, 2000, 3000, 5000];

const everything = configWith(
  '{customerManagedKey: true}',
  `  - name: every instance
    role: arn:aws:iam::111122223333:role/reader
    metric: {namespace: AWS/EC2, name: CPUUtilization, dimensions: {InstanceId: "*"}}
  - name: every instance here
    metric: {namespace: AWS/EC2, name: CPUUtilization, dimensions: {InstanceId: "*"}}
`,
);

describe('docs/deploy.md', () => {
  test('has the memory that synth asks for', () => {
    const memoryOf = (series: number, type: string): string => {
      const config = configWith(
        '{}',
        `  - name: fleet
    metric: {namespace: AWS/EC2, name: CPUUtilization, dimensions: {InstanceId: "*"}}
    maxSeries: ${series - 1}
    detector: {type: ${type}}
`,
      );
      return String(leastMemoryMb(config) ?? '—');
    };
    const rows = SERIES.map(
      (series) =>
        `| ${series.toLocaleString('en')} | ${DETECTORS.map((type) => memoryOf(series, type)).join(' | ')} |`,
    );
    expect(page).toContain(`|---:|---:|---:|---:|\n${rows.join('\n')}\n`);
  });

  test('has every permission, and why', () => {
    const listed = [...page.matchAll(/^\| (\w[\w ]*) \| (`[^|]*`) \| [^|]* \| ([^|;]*)/gm)].map(
      ([, operation, actions, why]) => [operation, actions, why?.trim()],
    );
    const rows = [...permissionsFor(everything), ...PLATFORM_PERMISSIONS].map(
      ({ operation, actions, why }) => [
        operation,
        actions.map((action) => `\`${action}\``).join(', '),
        why,
      ],
    );
    expect(listed).toEqual(rows);
  });

  test('forgets every part of the bucket before a destroy', () => {
    const { text } = synthesised(everything);
    const { resource } = JSON.parse(text);
    const parts = Object.entries(resource)
      .filter(([type]) => type.startsWith('aws_s3_bucket'))
      .flatMap(([type, named]) => Object.keys(named as object).map((name) => `${type}.${name}`));
    expect(parts).toHaveLength(5);
    for (const part of parts) expect(page).toContain(` ${part}`);
  });
});
