import { EXIT } from '../exit.ts';
import { momentOf } from '../moment.ts';
import { type LookBack, type LookBackOptions, lookBack } from './look-back.ts';

/** As they are written on the command line. */
export interface LookBackFlags extends Omit<LookBackOptions, 'untilMs'> {
  readonly until?: string;
  readonly failOnAnomaly?: boolean;
}

/** @throws {CommandError} as `lookBack`, or a moment is none */
export function lookBackAsTold({ until, ...options }: LookBackFlags): Promise<LookBack> {
  const untilMs = until === undefined ? undefined : momentOf(until, Date.now(), '--until');
  return lookBack({ ...options, untilMs });
}

export function exitCodeOf(
  { problems, alerts }: LookBack,
  { failOnAnomaly }: LookBackFlags,
): number {
  if (problems.some(({ level }) => level === 'failed')) return EXIT.failed;
  return failOnAnomaly && alerts.length > 0 ? EXIT.anomaly : EXIT.ok;
}
