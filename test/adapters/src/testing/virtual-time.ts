import { setTimeout as sleep } from 'node:timers/promises';
import { vi } from 'vitest';

/** How much virtual time goes by at once, ms: less than any limit on an answer. */
const STEP_MS = 100;

/**
 * Runs something that waits, such as the SDK between two attempts, without the wait: time goes by as
 * fast as the event loop turns, and answers of a server in this process arrive in between.
 */
export async function withoutWaiting<T>(run: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  let over = false;
  try {
    const running = run();
    const end = () => {
      over = true;
    };
    running.then(end, end);
    while (!over) {
      await sleep(1);
      await vi.advanceTimersByTimeAsync(STEP_MS);
    }
    return await running;
  } finally {
    vi.useRealTimers();
  }
}
