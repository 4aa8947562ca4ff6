/** What the command's exit code says. */
export const EXIT = {
  ok: 0,
  /** The function failed. */
  failed: 1,
  /** Wrong usage or configuration; nothing was started. */
  usage: 2,
  /** What the function needs around it could not be had. */
  surroundings: 3,
} as const;

/** The caller can put it right: what is wrong, and what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
