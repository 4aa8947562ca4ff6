/** Time that passes only while nobody has anything to do. */
export interface VirtualTime {
  now(): number;
  sleep(ms: number): Promise<void>;
  /** Lets time pass until the work is done. */
  until<T>(work: Promise<T>): Promise<T>;
}

export function createVirtualTime(): VirtualTime {
  const sleeping: { readonly at: number; readonly wake: () => void }[] = [];
  let now = 0;
  return {
    now: () => now,
    sleep: (ms) => new Promise((wake) => sleeping.push({ at: now + ms, wake })),
    async until(work) {
      let isDone = false;
      const end = (): void => {
        isDone = true;
      };
      work.then(end, end);
      while (!isDone) {
        await new Promise((resolve) => setImmediate(resolve));
        if (isDone || sleeping.length === 0) continue;
        sleeping.sort((a, b) => a.at - b.at);
        const { at, wake } = sleeping.shift()!;
        now = Math.max(now, at);
        wake();
      }
      return work;
    },
  };
}
