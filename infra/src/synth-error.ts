/** A configuration that is right in itself and still cannot be deployed, with every reason. */
export class SynthError extends Error {
  override readonly name = 'SynthError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}
