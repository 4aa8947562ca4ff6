import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const COMMAND = resolve(import.meta.dirname, '../dist/synth.js');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-synth-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the built command as a person would, in a folder of its own. */
function synth(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { exitCode: status, stdout, stderr };
}

const MONITOR = 'monitors: [{name: CPU, metric: {namespace: AWS/EC2, name: CPUUtilization}}]';

describe('pnpm synth', () => {
  test('writes the stack and its archive, and says what to run next', () => {
    const deploy = 'deploy: {emails: [a@example.com], alarmEmails: [b@example.com]}';
    writeFileSync(join(folder, 'mine.yaml'), `version: 1\n${deploy}\n${MONITOR}\n`);
    const { exitCode, stdout, stderr } = synth('--config', 'mine.yaml', '--out', 'out');
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(readdirSync(join(folder, 'out/stacks/plumbline')).sort()).toEqual([
      'cdk.tf.json',
      'function.zip',
    ]);
    expect(stdout).toContain('terraform -chdir=out/stacks/plumbline init');
    expect(stdout).toContain('terraform -chdir=out/stacks/plumbline apply');
  });

  test('says so when nobody is to be told', () => {
    writeFileSync(join(folder, 'mine.yaml'), `version: 1\n${MONITOR}\n`);
    const { exitCode, stderr } = synth('--config', 'mine.yaml', '--out', 'out');
    expect(exitCode).toBe(0);
    expect(stderr).toBe(
      'note: deploy.emails is empty: nobody is told of alerts until something is subscribed to the topic anomaly-alerts\n' +
        "note: deploy.alarmEmails is empty: nobody is told of Plumbline's own trouble until something is subscribed to the topic anomaly-detector-alarms\n",
    );
  });

  test('writes the same again, and leaves alone what Terraform keeps there', () => {
    writeFileSync(join(folder, 'mine.yaml'), `version: 1\n${MONITOR}\n`);
    const written = (): Buffer[] => {
      synth('--config', 'mine.yaml', '--out', 'out');
      return ['cdk.tf.json', 'function.zip'].map((name) =>
        readFileSync(join(folder, 'out/stacks/plumbline', name)),
      );
    };
    const first = written();
    const state = join(folder, 'out/stacks/plumbline/terraform.tfstate');
    writeFileSync(state, '{}');
    expect(written()).toEqual(first);
    expect(readFileSync(state, 'utf8')).toBe('{}');
  });

  test('shows where a configuration is wrong, and writes nothing', () => {
    writeFileSync(join(folder, 'mine.yaml'), `version: 1\ndeploy: {schedule: 90s}\n${MONITOR}\n`);
    expect(synth('--config', 'mine.yaml', '--out', 'out')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'mine.yaml:2:20: deploy.schedule: expected whole minutes from 1m to 1d, got 90s\n',
    });
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });

  test('refuses a run that is too slow for its timeout, and writes nothing', () => {
    const deploy = 'deploy: {memory: 128, timeout: 1s}';
    writeFileSync(join(folder, 'mine.yaml'), `version: 1\n${deploy}\n${MONITOR}\n`);
    const { exitCode, stderr } = synth('--config', 'mine.yaml', '--out', 'out');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /^mine\.yaml: deploy\.timeout: expected a run within half of 1 s, got an estimate/,
    );
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });

  test('says that it cannot write, and where', () => {
    writeFileSync(join(folder, 'mine.yaml'), `version: 1\n${MONITOR}\n`);
    const { exitCode, stderr } = synth('--config', 'mine.yaml', '--out', 'mine.yaml/out');
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^ENOTDIR: .*mine\.yaml\/out'\n$/);
  });

  test('says that a file is not there, and how to name one', () => {
    const { exitCode, stderr } = synth('--config', 'nowhere.yaml');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/cannot read the configuration: .*nowhere\.yaml.*--config <file>/);
  });

  test('says what it understands when it is asked for something else', () => {
    const { exitCode, stderr } = synth('--verbose');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/--verbose[\s\S]*pnpm synth \[--config <file>\]/);
  });
});
