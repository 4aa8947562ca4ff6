import colors from 'picocolors';
import { monthlyReads, type Proposal } from '../init/proposal.ts';
import { columns, fit, plural, printable } from './text.ts';

export interface InitOutcome {
  readonly out: string;
  readonly schema: string;
  readonly chosen: readonly Proposal[];
  readonly leftOut: readonly string[];
  /** Undefined for files. */
  readonly region: string | undefined;
}

/** Lines of what was left out that fit a screen; the file has more of them. */
const MOST_LEFT_OUT = 5;

const NAME_COLUMNS = 32;
const WHAT_COLUMNS = 34;

export function initSummary({ out, schema, chosen, leftOut, region }: InitOutcome): string {
  const rows = chosen.map(({ entry, what, series }) => [
    fit(printable(entry.name), NAME_COLUMNS),
    fit(printable(what), WHAT_COLUMNS, region === undefined ? 'end' : 'start'),
    String(series),
  ]);
  const [head, ...lines] = columns(
    [['MONITOR', 'WATCHES', 'SERIES'], ...rows],
    ['left', 'left', 'right'],
  );
  const shown = leftOut.slice(0, MOST_LEFT_OUT);
  const rest = leftOut.length - shown.length;
  return [
    `${colors.green('wrote')}  ${printable(out)}: ${plural(chosen.length, 'monitor')}; ${schema} for editors`,
    '',
    colors.dim(head!),
    ...lines,
    '',
    ...(region === undefined ? [] : [costText(chosen), '']),
    ...shown.map((text) => `${colors.dim('left out')}  ${fit(printable(text), 70)}`),
    ...(rest > 0 ? [`${colors.dim('left out')}  and ${rest} more`] : []),
    `${colors.dim('next')}  plumbline validate --config ${printable(out)}${region === undefined ? '' : ' --account'}`,
    `      plumbline backtest --config ${printable(out)}`,
    `      plumbline report --config ${printable(out)} --out report.html`,
  ].join('\n');
}

function costText(chosen: readonly Proposal[]): string {
  const billed = chosen.reduce((sum, proposal) => sum + proposal.billed, 0);
  const cost = monthlyReads(billed).toFixed(2);
  return `Reads of ${plural(billed, 'metric')} every 5 minutes: about $${cost} a month (plumbline estimate).`;
}

export function initSummaryJson({ chosen, leftOut, region, ...where }: InitOutcome): string {
  const billed = chosen.reduce((sum, proposal) => sum + proposal.billed, 0);
  return JSON.stringify(
    {
      ...where,
      region: region ?? null,
      monitors: chosen.map(({ entry, what, series }) => ({ ...entry, what, series })),
      leftOut,
      readsUsdPerMonth: Number(monthlyReads(billed).toFixed(2)),
    },
    null,
    2,
  );
}
