import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeAlertSink } from '../testing/alert-sink-contract.ts';
import { notificationOf } from '../testing/alerts.ts';
import { hostileText } from '../testing/arbitraries.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { clearAlertFiles, createFileAlertSink, readAlertFiles } from './file-alert-sink.ts';

describeAlertSink('the sink in files', () => {
  const directory = temporaryFolder();
  return {
    sink: createFileAlertSink({ directory }),
    received: () => readAlertFiles(directory).messages,
  };
});

describe('createFileAlertSink', () => {
  test('a transition is a file of JSON, named by time, state and id', async () => {
    const directory = join(temporaryFolder(), 'alerts');
    const notification = notificationOf(1);
    await createFileAlertSink({ directory }).send([notification]);
    const [name] = readdirSync(directory);
    expect(name).toBe('2014-02-14T00-05-00Z-firing-00000000000000000000000000000001.json');
    const text = readFileSync(join(directory, name!), 'utf8');
    expect(JSON.parse(text)).toEqual(notification.message);
    expect(text.endsWith('}\n')).toBe(true);
  });

  test('sending again leaves one file, and none that is temporary', async () => {
    const directory = temporaryFolder();
    const sink = createFileAlertSink({ directory });
    for (let i = 0; i < 3; i++) await sink.send([notificationOf(1)]);
    expect(readdirSync(directory)).toHaveLength(1);
  });

  test('names from outside, whatever they are, make no file anywhere else', async () => {
    await fc.assert(
      fc.asyncProperty(hostileText(), hostileText(), async (one, other) => {
        const around = temporaryFolder();
        const directory = join(around, 'alerts');
        await createFileAlertSink({ directory }).send([
          notificationOf(1, { alert: one, monitor: one, metric: other, series: other }),
          notificationOf(2, { cluster: one, owner: other, runbook: one, detector: other }),
        ]);
        expect(readdirSync(directory)).toHaveLength(2);
        expect(readdirSync(around)).toEqual(['alerts']);
      }),
      { numRuns: 30 },
    );
  });

  test('a folder that cannot be written makes a delivery that can be tried again', async () => {
    const directory = temporaryFolder();
    const { id, message } = notificationOf(1);
    mkdirSync(join(directory, `2014-02-14T00-05-00Z-firing-${id}.json`, 'in the way'), {
      recursive: true,
    });
    const outcomes = await createFileAlertSink({ directory }).send([
      { id, message },
      notificationOf(2),
    ]);
    expect(outcomes).toEqual([
      { delivered: false, reason: expect.stringContaining('E'), retryable: true },
      { delivered: true },
    ]);
  });
});

describe('readAlertFiles', () => {
  test('of a folder that does not exist there is nothing to read', () => {
    const directory = join(temporaryFolder(), 'never written');
    expect(readAlertFiles(directory)).toEqual({ messages: [], unreadable: [] });
  });

  const DAMAGED = `2014-02-14T00-00-00Z-firing-${'0'.repeat(32)}.json`;
  test('a damaged file is named, the others are read, and what is not ours is left alone', async () => {
    const directory = temporaryFolder();
    await createFileAlertSink({ directory }).send([notificationOf(1), notificationOf(2)]);
    writeFileSync(join(directory, DAMAGED), '{"alert": "cp');
    writeFileSync(join(directory, 'mine.json'), 'null');
    writeFileSync(join(directory, 'x.json.tmp'), '{"alert": "cp');
    const { messages, unreadable } = readAlertFiles(directory);
    expect(messages).toHaveLength(2);
    expect(unreadable).toEqual([expect.stringContaining(DAMAGED)]);
  });

  test.each(['null', '[]', '{"state": "firing"}', '7'])('%s is no alert', (text) => {
    const directory = temporaryFolder();
    writeFileSync(join(directory, DAMAGED), text);
    const { messages, unreadable } = readAlertFiles(directory);
    expect(messages).toEqual([]);
    expect(unreadable).toEqual([expect.stringContaining('not an alert')]);
  });

  test('clearing a folder removes alerts, and nothing else', async () => {
    const directory = temporaryFolder();
    await createFileAlertSink({ directory }).send([notificationOf(1)]);
    writeFileSync(join(directory, 'prometheus-rules.yml'), 'mine');
    clearAlertFiles(directory);
    expect(readdirSync(directory)).toEqual(['prometheus-rules.yml']);
  });
});
