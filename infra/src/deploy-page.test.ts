import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { alarmNames } from './names.ts';
import { permissionsFor, platformPermissionsFor } from './permissions.ts';
import { leastMemoryMb } from './preflight.ts';
import { configWith, synthesised } from './testing/synthesised.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/deploy.md'), 'utf8');

const DETECTORS = ['adaptive', 'isolation-forest', 'z-score'];
const SERIES = [100, 500, 1000, 2000, 3000, 5000];

const everything = configWith(
  '{customerManagedKey: true, shards: 2, charts: true, memory: 512}',
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
    const rows = [...permissionsFor(everything), ...platformPermissionsFor(everything)].map(
      ({ operation, actions, why }) => [
        operation,
        actions.map((action) => `\`${action}\``).join(', '),
        why,
      ],
    );
    expect(listed).toEqual(rows);
  });

  test('has every alarm', () => {
    const listed = [...page.matchAll(/^\| `<function>(-[\w-]+)` \|/gm)].map(([, end]) => end);
    const { function: name } = everything.deploy.names;
    const ends = [...alarmNames(everything.deploy).values()].map((alarm) =>
      alarm.slice(name.length),
    );
    expect(listed).toEqual(ends);
  });

  test('has every metric that an alarm or the dashboard looks at', () => {
    const stack = synthesised(everything);
    const { dashboard_body } = stack.resource('aws_cloudwatch_dashboard', 'dashboard');
    const drawn = [...String(dashboard_body).matchAll(/"Plumbline","(\w+)"/g)].map(
      ([, name]) => name,
    );
    expect(drawn.length).toBeGreaterThan(10);
    const watched = Object.values(stack.resources('aws_cloudwatch_metric_alarm'))
      .filter(({ namespace }) => namespace === 'Plumbline')
      .map(({ metric_name }) => metric_name);
    expect(watched.length).toBeGreaterThan(0);
    const looked = [...drawn, ...watched];
    for (const metric of looked) expect(page).toMatch(new RegExp(`^\\|.*\`${metric}\``, 'm'));
  });

  test('forgets every part of the bucket before a destroy', () => {
    const { text } = synthesised(everything);
    const { resource } = JSON.parse(text);
    const parts = Object.entries(resource)
      .filter(([type]) => type.startsWith('aws_s3_bucket'))
      .flatMap(([type, named]) => Object.keys(named as object).map((name) => `${type}.${name}`));
    expect(parts).toHaveLength(6);
    for (const part of parts) expect(page).toContain(` ${part}`);
  });
});
