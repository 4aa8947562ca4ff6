import type { RunPorts } from '@plumbline/core';

/** What one call may take of the time that is left: what comes after it needs some too. */
const SHARE = 0.5;

/**
 * Ports whose calls are given up while there is still time to record, and to say, what went wrong: a
 * function that Lambda ends does neither. Had it told people and then waited for a bus in vain, it
 * would tell them again in every run.
 *
 * The source is told the time by the run itself.
 */
export function limitCalls(
  { source, store, sinks }: RunPorts,
  remainingMs: () => number,
): RunPorts {
  const limited = async <T>(call: Promise<T>, who = ''): Promise<T> => {
    const limitMs = Math.floor(remainingMs() * SHARE);
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<never>((_, reject) => {
      const late = new Error(`${who}no answer within ${limitMs} ms`);
      timer = setTimeout(() => reject(late), limitMs);
    });
    try {
      return await Promise.race([call, over]);
    } finally {
      clearTimeout(timer);
    }
  };
  const bucket = 'the state bucket: ';
  return {
    source,
    store: {
      load: (shard) => limited(store.load(shard), bucket),
      commit: (...change) => limited(store.commit(...change), bucket),
    },
    sinks: sinks.map((sink) => ({
      name: sink.name,
      send: (notifications) => limited(sink.send(notifications)),
    })),
  };
}
