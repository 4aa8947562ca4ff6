import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { decodeShard, encodeShard, UnreadableStateError } from '../pipeline/shard-codec.ts';
import { NEW_SERIES, type ShardState } from '../pipeline/shard-state.ts';
import { HOSTILE_TEXTS } from '../testing/arbitraries.ts';
import { describeStateStore } from '../testing/state-store-contract.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { createFileStateStore } from './file-state-store.ts';

// Lets a test step in between two system calls.
vi.mock('node:fs', async (original) => ({ ...(await original<typeof fs>()) }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (stored: { bytes: Uint8Array } | undefined): string | undefined =>
  stored && new TextDecoder().decode(stored.bytes);

/** The folder of the one shard that was written. */
function folderIn(directory: string): string {
  return join(directory, fs.readdirSync(directory)[0]!);
}

/** Counts in a shard from another process; resolves to the number of attempts told to have lost. */
function countInAnotherProcess(directory: string, increments: number): Promise<number> {
  const program = fileURLToPath(new URL('../testing/increment-counter.mjs', import.meta.url));
  const child = spawn(process.execPath, [program, directory, 'counter', `${increments}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    let printed = '';
    child.stdout.on('data', (chunk) => {
      printed += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(Number(printed));
      else reject(new Error(`the process ended with ${code}`));
    });
  });
}

const STATE: ShardState = {
  series: new Map([
    ['a', { ...NEW_SERIES, watermark: 1, snapshotKey: 'k', snapshot: Float64Array.of(1, 2) }],
  ]),
  outbox: [],
  pages: [],
};

describeStateStore('the store in files', () =>
  createFileStateStore({ directory: temporaryFolder() }),
);

describe('createFileStateStore', () => {
  test('a second store over the same folder goes on where the first one was', async () => {
    const directory = temporaryFolder();
    const first = createFileStateStore({ directory });
    await first.commit('a', bytes('one'), undefined);
    const second = createFileStateStore({ directory });
    const stored = await second.load('a');
    expect(textOf(stored)).toBe('one');
    expect(await second.commit('a', bytes('two'), stored?.version)).toMatchObject({
      committed: true,
    });
    expect(textOf(await first.load('a'))).toBe('two');
  });

  test('a folder that does not exist yet is made by the first commit, not by a load', async () => {
    const directory = join(temporaryFolder(), 'deep', 'down');
    const store = createFileStateStore({ directory });
    expect(await store.load('a')).toBeUndefined();
    expect(fs.existsSync(directory)).toBe(false);
    expect(await store.commit('a', bytes('one'), undefined)).toMatchObject({ committed: true });
  });

  test('hostile shard names stay within the folder', async () => {
    const directory = join(temporaryFolder(), 'state');
    const store = createFileStateStore({ directory });
    for (const shard of HOSTILE_TEXTS) await store.commit(shard, bytes(shard), undefined);
    expect(fs.readdirSync(directory)).toHaveLength(HOSTILE_TEXTS.length);
    expect(fs.readdirSync(join(directory, '..'))).toEqual(['state']);
  });

  test('what was replaced is swept away, and no temporary file stays', async () => {
    const directory = temporaryFolder();
    const store = createFileStateStore({ directory });
    for (let i = 0; i < 20; i++) {
      await store.commit('a', bytes(`${i}`), (await store.load('a'))?.version);
      await store.commit('a', bytes('lost'), undefined);
    }
    expect(textOf(await store.load('a'))).toBe('19');
    const files = fs.readdirSync(folderIn(directory));
    expect(files.filter((name) => name.includes('tmp'))).toEqual([]);
    expect(files.length).toBeLessThan(20);
  });

  test('a temporary file left by a crash is never loaded, and goes with a later commit', async () => {
    const directory = temporaryFolder();
    const store = createFileStateStore({ directory });
    await store.commit('a', bytes('one'), undefined);
    const folder = folderIn(directory);
    const left = '1.state.0f8fad5b-d9cb-469f-a165-70867728950e.tmp';
    fs.writeFileSync(join(folder, left), 'half a sta');
    fs.writeFileSync(join(folder, 'notes.txt'), 'somebody else put this here');

    const stored = await store.load('a');
    expect(textOf(stored)).toBe('one');
    const second = await store.commit('a', bytes('two'), stored?.version);
    if (!second.committed) throw new Error('lost without a rival');
    await store.commit('a', bytes('three'), second.version);
    expect(textOf(await store.load('a'))).toBe('three');
    expect(fs.readdirSync(folder)).not.toContain(left);
    expect(fs.readdirSync(folder)).toContain('notes.txt');
  });

  test('a temporary file of a version to come is of a writer that is ahead, and is left to it', async () => {
    const directory = temporaryFolder();
    const store = createFileStateStore({ directory });
    await store.commit('a', bytes('one'), undefined);
    const ahead = '2.state.0f8fad5b-d9cb-469f-a165-70867728950e.tmp';
    fs.writeFileSync(join(folderIn(directory), ahead), 'on its way');
    await store.commit('a', bytes('two'), '0');
    expect(fs.readdirSync(folderIn(directory))).toContain(ahead);
  });

  test.each([0, 1, 15, 16, 40])(
    'a state cut to %d bytes is refused, and replaced',
    async (length) => {
      const directory = temporaryFolder();
      const store = createFileStateStore({ directory });
      await store.commit('a', encodeShard(STATE), undefined);
      const folder = folderIn(directory);
      const [file] = fs.readdirSync(folder);
      fs.truncateSync(join(folder, file!), length);

      const stored = (await store.load('a'))!;
      expect(stored.bytes).toHaveLength(length);
      expect(() => decodeShard(stored.bytes)).toThrow(UnreadableStateError);
      expect(await store.commit('a', encodeShard(STATE), stored.version)).toMatchObject({
        committed: true,
      });
    },
  );

  test('a small state, which Node reads into a buffer it shares, is read back whole', async () => {
    const store = createFileStateStore({ directory: temporaryFolder() });
    await store.commit('a', encodeShard(STATE), undefined);
    expect(decodeShard((await store.load('a'))!.bytes)).toEqual(STATE);
  });

  // After three the number it wants is taken, after five it has been swept and is free again.
  test.each([3, 5])(
    'a writer overtaken %d times while it was about to write loses',
    async (times) => {
      const directory = temporaryFolder();
      const [slow, fast] = [
        createFileStateStore({ directory }),
        createFileStateStore({ directory }),
      ];
      await slow.commit('a', bytes('0'), undefined);
      const link = vi.spyOn(fs, 'linkSync').mockImplementationOnce((from, to) => {
        // The body of a commit is synchronous, so all of these end before the slow one goes on.
        for (let n = 1; n <= times; n++) fast.commit('a', bytes(`${n}`), `${n - 1}`);
        fs.linkSync(from, to);
      });
      expect(await slow.commit('a', bytes('stale'), '0')).toEqual({ committed: false });
      expect(link).toHaveBeenCalledTimes(times + 2);
      expect(textOf(await slow.load('a'))).toBe(`${times}`);
      link.mockRestore();
    },
  );

  test('a commit on which another was built before it returned has succeeded', async () => {
    const directory = temporaryFolder();
    const [first, second] = [
      createFileStateStore({ directory }),
      createFileStateStore({ directory }),
    ];
    const link = fs.linkSync;
    const spy = vi.spyOn(fs, 'linkSync').mockImplementationOnce((from, to) => {
      link(from, to);
      second.commit('a', bytes('built upon the first'), '0');
    });
    const result = await first.commit('a', bytes('first'), undefined);
    spy.mockRestore();
    expect(textOf(await first.load('a'))).toBe('built upon the first');
    expect(result).toMatchObject({ committed: true });
  });

  // As a number, no text at all is 0, and so is ' 0x0 '.
  test.each(['', ' 0x0 '])('version %j is not version 0', async (never) => {
    const store = createFileStateStore({ directory: temporaryFolder() });
    await store.commit('a', bytes('0'), undefined);
    expect(await store.commit('a', bytes('1'), never)).toEqual({ committed: false });
  });

  test('of four processes that count at once none loses an increment it was told of', async () => {
    const directory = temporaryFolder();
    const increments = 50;
    const lost = await Promise.all(
      Array.from({ length: 4 }, () => countInAnotherProcess(directory, increments)),
    );
    const counted = Number(textOf(await createFileStateStore({ directory }).load('counter')));
    // More than were told to have succeeded, where others were built upon one before it returned.
    expect(counted).toBeGreaterThanOrEqual(4 * increments);
    expect(counted).toBeLessThanOrEqual(4 * increments + lost.reduce((sum, n) => sum + n, 0));
  });
});
