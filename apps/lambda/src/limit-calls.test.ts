import { createMemoryAlertSink, createMemoryMetricSource, type RunPorts } from '@plumbline/core';
import { describe, expect, test } from 'vitest';
import { limitCalls } from './limit-calls.ts';

const never = (): Promise<never> => new Promise(() => {});

/** Ports of which nothing ever answers but what is given. */
function silentPorts(changes: Partial<RunPorts> = {}): RunPorts {
  return {
    source: createMemoryMetricSource(new Map()),
    store: { load: never, commit: never },
    sinks: [{ name: 'people', send: never }],
    ...changes,
  };
}

describe('a call that gets no answer', () => {
  test('of the store is given up after half of the time that is left', async () => {
    const { store } = limitCalls(silentPorts(), () => 41);
    const expected = 'the state bucket: no answer within 20 ms';
    await expect(store.load('shard')).rejects.toThrow(expected);
    await expect(store.commit('shard', new Uint8Array(), undefined)).rejects.toThrow(expected);
  });

  test('leaves some of the time to the next one', async () => {
    let leftMs = 40;
    const { store } = limitCalls(silentPorts(), () => leftMs);
    await expect(store.load('shard')).rejects.toThrow('no answer within 20 ms');
    leftMs = 20;
    await expect(store.load('shard')).rejects.toThrow('no answer within 10 ms');
  });

  test('is given up at once when no time is left', async () => {
    const { store } = limitCalls(silentPorts(), () => 0);
    await expect(store.load('shard')).rejects.toThrow('no answer within 0 ms');
  });
});

describe('a call that is answered', () => {
  test('gives the answer', async () => {
    const stored = { bytes: new Uint8Array(3), version: '7' };
    const ports = silentPorts({
      store: { load: async () => stored, commit: async () => ({ committed: false }) },
      sinks: [createMemoryAlertSink('people')],
    });
    const { source, store, sinks } = limitCalls(ports, () => 60_000);
    expect(source).toBe(ports.source);
    expect(sinks).toBe(ports.sinks);
    expect(await store.load('shard')).toBe(stored);
    expect(await store.commit('shard', stored.bytes, '7')).toEqual({ committed: false });
  });

  test('with an error gives the error', async () => {
    const load = (): Promise<never> => Promise.reject(new Error('AccessDenied'));
    const { store } = limitCalls(silentPorts({ store: { load, commit: never } }), () => 60_000);
    await expect(store.load('shard')).rejects.toThrow('AccessDenied');
  });
});
