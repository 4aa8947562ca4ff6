import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Config, ConfigError, configReference, loadConfig, parseConfig } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'plumbline-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const MONITORS = 'monitors:\n  - name: CPU\n    csv: cpu.csv\n';

/** A configuration with these lines beside one monitor, and this file of labels. */
function guidanceOf(lines: string, labels?: string): Config['guidance'] {
  return parseConfig(`version: 1\n${lines}${MONITORS}`, 'plumbline.yaml', (path) => {
    if (labels === undefined) throw new Error(`no such file: ${path}`);
    return labels;
  }).guidance;
}

describe('what people say of stretches of time', () => {
  test('is nothing unless told', () => {
    expect(guidanceOf('')).toEqual({ maintenance: [], labels: [] });
  });

  test('is maintenance, once, in UTC or with an offset, of series that match', () => {
    const { maintenance } = guidanceOf(`maintenance:
  - name: move to the new cluster
    match: { monitor: CPU, Host: web-* }
    from: 2026-01-31T22:00:00+01:00
    until: 2026-01-31T23:30:00Z
`);
    expect(maintenance).toEqual([
      {
        name: 'move to the new cluster',
        match: { monitor: 'CPU', Host: 'web-*' },
        spans: { from: Date.UTC(2026, 0, 31, 21), until: Date.UTC(2026, 0, 31, 23, 30) },
      },
    ]);
  });

  test('is maintenance again and again, on the clock of the defaults or on one of its own', () => {
    const { maintenance } = guidanceOf(`defaults: { timeZone: Europe/Zurich }
maintenance:
  - { name: backup, cron: 30 1 * * *, for: 90m }
  - { name: patching, cron: 0 2 * * SUN, for: 2h, timeZone: America/New_York }
`);
    expect(maintenance.map(({ match, spans }) => [match, spans])).toEqual([
      [{}, { cron: '30 1 * * *', timeZone: 'Europe/Zurich', lengthMs: 90 * 60_000 }],
      [{}, { cron: '0 2 * * SUN', timeZone: 'America/New_York', lengthMs: 2 * 3_600_000 }],
    ]);
  });

  test('is what is left out, and the labels of a file', () => {
    const { labels } = guidanceOf(
      'exclude: [{ cron: 0 3 1 * *, for: 1h, why: load test }]\nlabels: labels.yaml\n',
      `- { label: incident, match: { monitor: CPU }, from: 2026-01-01T00:00:00Z, until: 2026-01-01T01:00:00Z }
- { label: normal, from: 2026-01-02T00:00:00Z, until: 2026-01-02T01:00:00Z, note: sale }
`,
    );
    const day = (date: number) => ({
      from: Date.UTC(2026, 0, date),
      until: Date.UTC(2026, 0, date, 1),
    });
    expect(labels).toEqual([
      {
        label: 'excluded',
        match: {},
        spans: { cron: '0 3 1 * *', timeZone: 'UTC', lengthMs: 3_600_000 },
      },
      { label: 'incident', match: { monitor: 'CPU' }, spans: day(1) },
      { label: 'normal', match: {}, spans: day(2) },
    ]);
  });

  test('in a file of labels that is wrong is refused where it is wrong', () => {
    const labels = '- { label: normal, from: 2026-01-02T00:00:00Z, until: tomorrow }\n- 5\n';
    const refused = (): unknown => guidanceOf('labels: ../ops/labels.yaml\n', labels);
    expect(refused).toThrow(ConfigError);
    expect(refused).toThrow(
      '../ops/labels.yaml:1:55: [0].until: expected a moment with its offset, such as 2026-01-31T22:00:00+01:00 or …Z, got "tomorrow"\n' +
        '../ops/labels.yaml:2:3: [1]: expected keys with values, got 5',
    );
  });

  test('in a file of labels that is not there is refused where it is named', () => {
    expect(() => guidanceOf('labels: labels.yaml\n')).toThrow(
      'plumbline.yaml:2:9: labels: cannot be read: no such file: labels.yaml',
    );
  });
});

test('a configuration is loaded with the file of labels beside it', () => {
  const path = join(folder, 'plumbline.yaml');
  writeFileSync(path, `version: 1\nlabels: labels.yaml\n${MONITORS}`);
  writeFileSync(
    join(folder, 'labels.yaml'),
    '- { label: normal, from: 2026-01-02T00:00:00Z, until: 2026-01-02T01:00:00Z }\n',
  );
  expect(loadConfig(path).guidance.labels).toHaveLength(1);
});

test('the labels of the reference are labels', () => {
  const [, example = ''] = /```yaml\n(- label[^`]*)```/.exec(configReference()) ?? [];
  const lines = 'labels: labels.yaml\n';
  const slow = '  - { name: Slow requests, csv: slow.csv }\n';
  const text = `version: 1\n${lines}${MONITORS}${slow}`;
  const { labels } = parseConfig(text, 'plumbline.yaml', () => example).guidance;
  expect(labels.map(({ label }) => label)).toEqual(['incident', 'normal']);
});

describe('what silence means', () => {
  const monitorOf = (lines: string) =>
    parseConfig(`version: 1\n${MONITORS}${lines.replace(/^(?=.)/gm, '    ')}`).monitors[0]!;
  const PATTERN = `version: 1
monitors:
  - name: CPU
    metric: { namespace: AWS/EC2, name: CPUUtilization, dimensions: { InstanceId: "*" } }
`;

  test('is that nobody knows, after a day; of hosts that come and go, nothing', () => {
    expect(monitorOf('')).toMatchObject({ missing: 'missing', silentAfterMs: undefined });
    expect(parseConfig(PATTERN).monitors[0]).toMatchObject({ missing: 'ignore' });
  });

  test('is noticed after three periods where it means something', () => {
    for (const missing of ['breaching', 'notBreaching']) {
      expect(monitorOf(`missing: ${missing}\n`)).toMatchObject({ missing, silentAfterMs: 900_000 });
    }
    expect(monitorOf('missing: breaching\nsilentAfter: 2h\n')).toMatchObject({
      silentAfterMs: 7_200_000,
    });
  });
});

test('limits hold while a detector learns, and an alert is told again when somebody wants that', () => {
  const [monitor] = parseConfig(
    `version: 1\n${MONITORS}    whileLearning: { above: 90 }\n    repeat: 4h\n    tier: cold\n`,
  ).monitors;
  expect(monitor).toMatchObject({
    fallback: { type: 'static-threshold', above: 90 },
    repeatMs: 4 * 3_600_000,
    readEveryMs: 3_600_000,
  });
});
