import stringWidth from 'string-width';

/**
 * Foreign text made fit for a terminal: control characters, which could move the cursor or forge
 * lines, are shown as escapes.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`;
  });
}

/** Cut to a number of columns from the left or the right, with an ellipsis where it was cut. */
export function fit(text: string, columns: number, keep: 'start' | 'end' = 'start'): string {
  if (stringWidth(text) <= columns) return text;
  const characters = keep === 'start' ? [...text] : [...text].reverse();
  let cut = '';
  for (const character of characters) {
    if (stringWidth(cut) + stringWidth(character) > columns - 1) break;
    cut = keep === 'start' ? cut + character : character + cut;
  }
  return keep === 'start' ? `${cut}…` : `…${cut}`;
}

/** Words in lines of a number of columns; a word that is longer has a line of its own. */
export function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || stringWidth(longer) <= columns) {
      line = longer;
      continue;
    }
    lines.push(line);
    line = word;
  }
  return [...lines, line];
}

/** Rows in columns as wide as their widest cell; numbers go to the right. */
export function columns(
  rows: readonly (readonly string[])[],
  align: readonly ('left' | 'right')[],
): string[] {
  const widths = align.map((_, i) => Math.max(...rows.map((row) => stringWidth(row[i] ?? ''))));
  return rows.map((row) =>
    row
      .map((cell, i) => {
        const padding = ' '.repeat(widths[i]! - stringWidth(cell));
        return align[i] === 'right' ? padding + cell : cell + padding;
      })
      .join('  ')
      .trimEnd(),
  );
}

const SUFFIXES = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e4, 'k'],
] as const;

/** A number of a metric in few characters: 0.004123, 25.1, 50.75M. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e15 || (size > 0 && size < 1e-4)) return value.toExponential(2);
  const [unit, suffix] = SUFFIXES.find(([least]) => size >= least) ?? [1, ''];
  const scaled = suffix === 'k' ? value / 1000 : value / unit;
  return `${Number(scaled.toPrecision(4))}${suffix}`;
}

/** A length of time in its two largest units: 3d 4h, 1h 5m, 40s. */
export function shortDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first < 0) return '0s';
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join(' ');
}

const DAYS_OF_YEAR = 365.25;
const MOST_YEARS = 1000;

/** A return period: 4.2 d, 313 d, 27 y. */
export function shortDays(days: number): string {
  if (days < DAYS_OF_YEAR) return `${Number(days.toPrecision(3))} d`;
  const years = days / DAYS_OF_YEAR;
  return years > MOST_YEARS ? `> ${MOST_YEARS} y` : `${Number(years.toPrecision(2))} y`;
}

/** `1 series`, `2 alerts`: a number with its noun. */
export function plural(amount: number, one: string, many = `${one}s`): string {
  return `${amount.toLocaleString('en-US')} ${amount === 1 ? one : many}`;
}
