import { fit, printable } from './text.ts';

/** A line on the terminal that says how far long work is; nothing where nobody watches. */
export interface Progress {
  next(what: string): void;
  end(): void;
}

const CLEAR_LINE = '\r\u001B[2K';

/** Steps can be thousands a second, and a terminal is slow. */
const LEAST_PAUSE_MS = 100;

/** @param total - of the steps; 0 where nobody can know */
export function createProgress(total: number): Progress {
  const { stderr } = process;
  if (!stderr.isTTY) return { next() {}, end() {} };
  let done = 0;
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    next(what) {
      done += 1;
      const now = performance.now();
      if (now - shownAt < LEAST_PAUSE_MS) return;
      shownAt = now;
      const count = total === 0 ? '' : `${done}/${total}  `;
      stderr.write(`${CLEAR_LINE}${fit(`${count}${printable(what)}`, 78)}`);
    },
    end() {
      stderr.write(CLEAR_LINE);
    },
  };
}
