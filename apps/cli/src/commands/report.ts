import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from '@plumbline/core';
import colors from 'picocolors';
import { exitCodeOf, type LookBackFlags, lookBackAsTold } from '../backtest/look-back-command.ts';
import { CommandError, EXIT } from '../exit.ts';
import { renderReport } from '../report/render-report.ts';
import { reportOf } from '../report/report-of.ts';
import { problemLines } from '../view/problem-lines.ts';
import { plural, printable } from '../view/text.ts';

export interface ReportOptions extends LookBackFlags {
  readonly out: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** Looks back as a backtest does, and writes what it saw as one page that needs nothing else. */
export async function report(options: ReportOptions): Promise<number> {
  const result = await lookBackAsTold(options);
  const html = renderReport(await reportOf(result, Date.now()));
  write(options.out, html);

  const pages = result.alerts.filter(({ severity }) => severity === 'page').length;
  const notices = result.alerts.length - pages;
  if (options.json) {
    const { series, problems } = result;
    const summary = { out: options.out, bytes: Buffer.byteLength(html), pages, notices };
    console.log(JSON.stringify({ ...summary, series: series.length, problems }, null, 2));
  } else {
    const size = (Buffer.byteLength(html) / 1e6).toFixed(1);
    const found = `${plural(pages, 'page')}, ${plural(notices, 'notice')}`;
    const lines = [
      ...problemLines(result.problems, options.verbose ?? false),
      `${colors.green('written')}  ${printable(options.out)}, ${size} MB: ${plural(result.series.length, 'series', 'series')}, ${found}`,
      '         open it in a browser; it needs no network',
    ];
    console.log(lines.join('\n'));
  }
  return exitCodeOf(result, options);
}

function write(out: string, html: string): void {
  try {
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, html);
  } catch (error) {
    const next = 'name a file in a folder that can be written: --out report.html';
    throw new CommandError(EXIT.failed, `cannot write the report: ${messageOf(error)}\n${next}`);
  }
}
