import { fit, printable } from './text.ts';

/** A line on the terminal that says how far long work is; nothing where nobody watches. */
export interface Progress {
  next(what: string): void;
  end(): void;
}

const CLEAR_LINE = '\r\u001B[2K';

export function createProgress(total: number): Progress {
  const { stderr } = process;
  if (!stderr.isTTY) return { next() {}, end() {} };
  let done = 0;
  return {
    next(what) {
      done += 1;
      stderr.write(`${CLEAR_LINE}${fit(`${done}/${total}  ${printable(what)}`, 78)}`);
    },
    end() {
      stderr.write(CLEAR_LINE);
    },
  };
}
