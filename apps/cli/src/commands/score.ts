import { EXIT } from '../exit.ts';
import { type ScoreFilesOptions, scoreFiles } from '../score/score-files.ts';
import { scoreSummary, scoreSummaryJson } from '../view/score-summary.ts';

export interface ScoreOptions extends Omit<ScoreFilesOptions, 'input'> {
  readonly failOnAnomaly?: boolean;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** Scores every row of a file, or of all files in a folder, and writes the scores beside the rows. */
export async function score(input: string, options: ScoreOptions): Promise<number> {
  const result = await scoreFiles({ ...options, input });
  const text = options.json
    ? scoreSummaryJson(result)
    : scoreSummary(result, options.verbose ?? false);
  console.log(text);
  if (result.problems.some(({ level }) => level === 'failed')) return EXIT.failed;
  return options.failOnAnomaly && result.pages + result.notices > 0 ? EXIT.anomaly : EXIT.ok;
}
