/** An option is outside its range: a mistake of the caller, thrown at construction. */
export class InvalidOptionError extends RangeError {
  override readonly name = 'InvalidOptionError';
  readonly option: string;
  readonly expected: string;

  constructor(option: string, expected: string, got: unknown) {
    super(`${option} must be ${expected}, got ${String(got)}`);
    this.option = option;
    this.expected = expected;
  }
}

/** Throws `InvalidOptionError` unless `ok`. */
export function checkOption(ok: boolean, option: string, expected: string, got: unknown): void {
  if (!ok) throw new InvalidOptionError(option, expected, got);
}

/** What a caught value says, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
