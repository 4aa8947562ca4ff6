/** A table that is shown on a terminal and written into a page. */
export interface Table {
  /** Names it in the page, between whose marks it stands. */
  readonly id: string;
  readonly title: string;
  readonly head: readonly string[];
  /** As many cells as the head has; the first is text, the others are figures. */
  readonly rows: readonly (readonly string[])[];
}

/** In columns as wide as their widest cell, the figures to the right. */
export function toText({ title, head, rows }: Table): string {
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i]!.length)));
  const lineOf = (row: readonly string[]): string =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd();
  return [title, ...[head, ...rows].map((row) => `  ${lineOf(row)}`)].join('\n');
}

export function toMarkdown({ head, rows }: Table): string {
  const lineOf = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
  const rule = head.map((_, i) => (i === 0 ? '---' : '--:'));
  return [lineOf(head), `|${rule.join('|')}|`, ...rows.map(lineOf)].join('\n');
}

/** A page with a table in place of what stood between its marks. */
export function withTable(page: string, table: Table): string {
  const [begin, end] = [`<!-- table: ${table.id} -->`, '<!-- end of table -->'];
  const from = page.indexOf(begin);
  const to = page.indexOf(end, from);
  if (from < 0 || to < 0)
    throw new Error(`no place for the table ${table.id}: write ${begin} and ${end}`);
  return `${page.slice(0, from + begin.length)}\n${toMarkdown(table)}\n${page.slice(to)}`;
}

const NOTHING = '–';

/** A figure with so many decimals; a dash where there is none. */
export function figure(value: number | null | undefined, decimals = 0): string {
  if (value === null || value === undefined) return NOTHING;
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace('-', '') : text;
}

/** `96/116`. */
export function ofAll(found: number | undefined, all: number | undefined): string {
  return found === undefined || all === undefined ? NOTHING : `${found}/${all}`;
}
