/** The time for a call was over before its answer came, or before it was made. */
export class OutOfTimeError extends Error {
  override readonly name = 'OutOfTimeError';
  /** How long was waited, retries and the pauses between them included; 0 when it was not made. */
  readonly waitedMs: number;

  constructor(waitedMs: number) {
    super(waitedMs === 0 ? 'no time left' : `no answer within the ${waitedMs} ms that were left`);
    this.waitedMs = waitedMs;
  }
}

/** The longest a timer can wait, ms; beyond it, it fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Makes a call that is given up when the time is over. The signal stops a request on its way; the wait
 * between two attempts does not listen to it, and is left behind.
 *
 * @throws {OutOfTimeError} no time, or not enough
 */
export async function withinTime<T>(
  remainingMs: (() => number) | undefined,
  call: (signal?: AbortSignal) => Promise<T>,
): Promise<T> {
  const left = Math.floor(remainingMs?.() ?? Number.POSITIVE_INFINITY); // timers take whole ms only
  if (left > LONGEST_TIMER_MS) return call();
  if (left <= 0) throw new OutOfTimeError(0);
  const signal = AbortSignal.timeout(left);
  const over = new Promise<never>((_, reject) => {
    signal.onabort = () => reject(new OutOfTimeError(left));
  });
  try {
    return await Promise.race([call(signal), over]);
  } finally {
    signal.onabort = null;
  }
}
