/** The time for a call was over before its answer came, or before it was made. */
export class OutOfTimeError extends Error {
  override readonly name = 'OutOfTimeError';
  /** Whether the call was made, and an answer waited for. */
  readonly wasMade: boolean;

  constructor(wasMade: boolean) {
    // Without how long it was: calls that fail of one cause are to read the same.
    super(wasMade ? 'no answer in the time that was left' : 'no time left');
    this.wasMade = wasMade;
  }
}

/** The longest a timer can wait, ms; beyond it, it fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Makes a call that is given up when the time is over. The signal stops a request on its way and the
 * SDK's wait between two attempts; what does not listen to it is left behind.
 *
 * @throws {OutOfTimeError} no time, or not enough
 */
export async function withinTime<T>(
  remainingMs: (() => number) | undefined,
  call: (signal?: AbortSignal) => Promise<T>,
): Promise<T> {
  const left = Math.floor(remainingMs?.() ?? Number.POSITIVE_INFINITY); // timers take whole ms only
  if (left > LONGEST_TIMER_MS) return call();
  if (left <= 0) throw new OutOfTimeError(false);
  const signal = AbortSignal.timeout(left);
  const over = new Promise<never>((_, reject) => {
    signal.onabort = () => reject(new OutOfTimeError(true));
  });
  try {
    return await Promise.race([call(signal), over]);
  } finally {
    signal.onabort = null;
  }
}
