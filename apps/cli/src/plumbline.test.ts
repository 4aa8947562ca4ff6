import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderWith, plumbline } from './testing/command.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

describe('the command', () => {
  test.each([[['--help']], [['run', '--help']], [['validate', '--help']], [['score', '--help']]])(
    'explains itself: %j',
    (args) => {
      const { exitCode, stdout } = plumbline(args);
      expect(exitCode).toBe(0);
      expect(stdout).toContain('Usage: plumbline');
    },
  );

  test.each([
    [['run', '--frsh'], "unknown option '--frsh'\n(Did you mean --fresh?)"],
    [['rnu'], "unknown command 'rnu'\n(Did you mean run?)"],
    [['run', '--config'], "option '-c, --config <file>' argument missing"],
  ])('refuses wrong usage with 2: %j', (args, message) => {
    const { exitCode, stderr, stdout } = plumbline(args);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });

  test('says what to do when there is no configuration', () => {
    const { exitCode, stderr } = plumbline(['run'], { cwd: folderWith({}) });
    expect(stderr).toMatch(/^error {2}cannot read the configuration: ENOENT.*plumbline\.yaml/);
    expect(stderr).toContain('name the file with --config <file>');
    expect(exitCode).toBe(2);
  });

  test('shows every problem of a configuration with its line, and does nothing', () => {
    const cwd = folderWith({
      'plumbline.yaml':
        'version: 1\nmonitors:\n  - name: CPU\n    csv: a.csv\n    period: 300\n    onwer: me\n',
    });
    for (const command of ['run', 'validate']) {
      const { exitCode, stderr } = plumbline([command], { cwd });
      expect(stderr).toContain('plumbline.yaml:5:13: monitors[0].period: expected a duration');
      expect(stderr).toContain(
        'plumbline.yaml:6:5: monitors[0].onwer: unknown key; did you mean owner?',
      );
      expect(exitCode).toBe(2);
    }
  });
});

describe('plumbline validate', () => {
  test('shows what a configuration comes to', () => {
    const { exitCode, stdout } = plumbline(['validate'], { cwd: ROOT });
    expect(stdout).toContain('ok  plumbline.yaml: 2 monitors');
    expect(stdout).toMatch(
      /^EKS CPU Anomaly .*ClusterName=production-cluster Average +adaptive +every 5m$/m,
    );
    expect(exitCode).toBe(0);
  });

  test('prints the resolved configuration with --json', () => {
    const { stdout } = plumbline(['validate', '--json'], { cwd: ROOT });
    expect(JSON.parse(stdout).monitors).toHaveLength(2);
  });
});
