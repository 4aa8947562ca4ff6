import { PutObjectCommand } from '@aws-sdk/client-s3';
import { createS3StateStore } from '@plumbline/aws-adapters';
import { describe, expect, test } from 'vitest';
import { callsOf } from './testing/aws.ts';
import { startBucket } from './testing/bucket.ts';
import { withoutWaiting } from './testing/virtual-time.ts';

describe('a shard of JSON', () => {
  const encode = (text: string) => new TextEncoder().encode(text);
  const decode = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
  const TEXT = '{"silences":[{"monitor":"EKS CPU"}]}';

  async function startControl() {
    const { aws, clients } = await startBucket();
    const place = { bucket: 'state', prefix: 'control/', suffix: '.json' } as const;
    const makeStore = () => createS3StateStore(clients, place);
    return {
      aws,
      store: makeStore(),
      makeStore,
      object: () => decode(aws.s3.objects('state').get('control/silences.json')),
      /** As somebody does in the console. */
      async putByHand(text: string) {
        const body = { Bucket: 'state', Key: 'control/silences.json', Body: encode(text) };
        await clients.s3().send(new PutObjectCommand(body));
      },
    };
  }

  test('is one that people can read in the bucket, and comes back as it was', async () => {
    const { aws, store, object } = await startControl();

    await store.commit('silences', encode(TEXT), undefined);

    expect(object().startsWith(`${TEXT}\n`)).toBe(true);
    expect(JSON.parse(object())).toEqual(JSON.parse(TEXT));
    expect(decode((await store.load('silences'))?.bytes)).toBe(TEXT);
    expect(callsOf(aws, 'PutObject')).toMatchObject([
      { input: { Headers: { 'content-type': 'application/json' } } },
    ]);
  });

  test('is another version each time, and only one of two writers of the same wins', async () => {
    const { store, makeStore } = await startControl();
    const first = await store.commit('silences', encode(TEXT), undefined);
    const { version } = { version: '', ...first };

    const both = await Promise.all([
      store.commit('silences', encode(TEXT), version),
      makeStore().commit('silences', encode(TEXT), version),
    ]);

    expect(both.map(({ committed }) => committed).sort()).toEqual([false, true]);
    expect((await store.load('silences'))?.version).not.toBe(version);
  });

  test('is recognised as our own when the answer to its writing is lost', async () => {
    const { aws, store } = await startControl();
    aws.fail({ operation: 'PutObject', with: 'answer-lost', times: 1 });

    const result = await withoutWaiting(() => store.commit('silences', encode(TEXT), undefined));

    expect(result).toMatchObject({ committed: true });
  });

  test('is not taken for the one of somebody else that says the same', async () => {
    const { aws, store, makeStore } = await startControl();
    await makeStore().commit('silences', encode(TEXT), undefined);
    aws.fail({ operation: 'PutObject', with: 'dropped', times: 1 });

    expect(await withoutWaiting(() => store.commit('silences', encode(TEXT), undefined))).toEqual({
      committed: false,
    });
  });

  test.each([
    ['{"silences":[]}'],
    ['{"silences":[]}\n'],
    [`{"silences":[]}\n${' '.repeat(127)}`],
    [''],
  ])('that was written by hand is read as it is, and can be replaced: %j', async (text) => {
    const { store, putByHand, object } = await startControl();
    await putByHand(text);

    const stored = await store.load('silences');
    const result = await store.commit('silences', encode(TEXT), stored?.version);

    expect(decode(stored?.bytes)).toBe(text);
    expect(result).toMatchObject({ committed: true });
    expect(object().startsWith(TEXT)).toBe(true);
  });

  test('that was edited by hand, whatever the editor left of its end, is read as it is', async () => {
    const { store, putByHand, object } = await startControl();
    await store.commit('silences', encode(TEXT), undefined);

    await putByHand(object().replace('EKS CPU', 'Slow requests'));
    expect(decode((await store.load('silences'))?.bytes)).toBe(
      TEXT.replace('EKS CPU', 'Slow requests'),
    );
    await putByHand(`${object().trimEnd()}\n`);
    expect(JSON.parse(decode((await store.load('silences'))?.bytes))).toMatchObject({
      silences: [{ monitor: 'Slow requests' }],
    });
  });
});
