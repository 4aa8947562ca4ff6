import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { findMoto, startMoto } from './moto.ts';
import { describeWith } from './testing.ts';

await describeWith(['moto'], 'moto', () => {
  test('is found in whichever Python has it', async () => {
    expect(await findMoto()).toMatchObject({
      command: expect.stringMatching(/^\/.*python/),
      motoVersion: expect.stringMatching(/^\d+\.\d+/),
    });
  });

  test('serves until it is closed', async () => {
    const moto = await startMoto();

    expect(await answers(moto.endpoint)).toBe(true);
    await moto.close();

    expect(await answers(moto.endpoint)).toBe(false);
  });

  test('ends with the process that started it, even one that is killed', async () => {
    const started = `
      import { startMoto } from ${JSON.stringify(join(import.meta.dirname, '../dist/moto.js'))};
      process.stdout.write((await startMoto()).endpoint);
      process.kill(process.pid, 'SIGKILL');`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', started]);

    const endpoint = await text(parent.stdout);

    expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await expect.poll(() => answers(endpoint)).toBe(false);
  });
});

function answers(endpoint: string): Promise<boolean> {
  return fetch(`${endpoint}/moto-api/`).then(
    () => true,
    () => false,
  );
}
