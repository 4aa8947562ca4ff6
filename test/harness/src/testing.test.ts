import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');

/** Runs the tests of moto where no Python has it. */
function withoutMoto(ci: string) {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const file = 'test/harness/src/moto.test.ts';
  const { status, stdout, stderr } = spawnSync(process.execPath, [vitest, 'run', file], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, PLUMBLINE_PYTHON: '/not/there', CI: ci, NO_COLOR: '1' },
  });
  return { status, output: stdout + stderr };
}

test('tests whose tool is missing are left out, and say how to get it', () => {
  const { status, output } = withoutMoto('');

  expect(output).toContain('Left out:\n  moto: needs moto (pip install "moto[server]==5.2.1")');
  expect(output).toMatch(/Tests +3 skipped/);
  expect(status).toBe(0);
});

test('with CI=true a missing tool is a failure', () => {
  const { status, output } = withoutMoto('true');

  expect(output).toContain('Error: moto: needs moto (pip install "moto[server]==5.2.1")');
  expect(status).toBe(1);
});
