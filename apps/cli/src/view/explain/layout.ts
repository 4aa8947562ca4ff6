import colors from 'picocolors';
import stringWidth from 'string-width';

export const WIDTH = 80;

/** A text in lines of 80 columns; those after the first begin under the first word after `indent` columns. */
export function wrapped(text: string, indent = 0): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || stringWidth(longer) <= WIDTH) line = longer;
    else {
      lines.push(line);
      line = ' '.repeat(indent) + word;
    }
  }
  return [...lines, line].flatMap((each) => broken(each, indent));
}

/** A word that no line can hold goes on in the next. */
function broken(line: string, indent: number): string[] {
  if (stringWidth(line) <= WIDTH) return [line];
  let start = '';
  for (const character of line) {
    if (stringWidth(start) + stringWidth(character) > WIDTH) break;
    start += character;
  }
  return [start, ...broken(' '.repeat(indent) + line.slice(start.length), indent)];
}

/** A heading with what stands below it; nothing where nothing does. */
export function section(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', colors.bold(heading), ...lines];
}

/** A label, and a text in a column of its own beside it. */
export function labelled(label: string, text: string, width = 12): string[] {
  // A stand-in keeps the room of the label while the text is broken into lines.
  const [first = '', ...rest] = wrapped(`${'·'.repeat(width)}${text}`, width);
  return [colors.dim(label.padEnd(width)) + first.slice(width), ...rest];
}

/** A bar of so many columns for a share of 1; empty where it is next to nothing. */
export function bar(share: number, columns: number): string {
  return '█'.repeat(Math.round(Math.min(1, Math.max(0, share)) * columns));
}
