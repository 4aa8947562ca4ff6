/** What the command's exit code says. */
export const EXIT = {
  /** Done; anomalies found are fine. */
  ok: 0,
  /** Anomalies found, and `--fail-on-anomaly` was given. */
  anomaly: 1,
  /** Wrong usage or configuration; nothing was done. */
  usage: 2,
  /** Input or output failed, at least for a part. */
  failed: 3,
} as const;

/** Ends the command with a message for people: what is wrong, and what to do next. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
