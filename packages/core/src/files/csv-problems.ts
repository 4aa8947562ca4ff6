/** Something about some rows that a person should know; the others were used. */
export interface CsvProblem {
  readonly kind: 'bad-timestamp' | 'bad-value' | 'duplicate' | 'out-of-order' | 'gap';
  readonly rows: number;
  /** Line of the first such row; the header is line 1. */
  readonly line: number;
  /** What is wrong there, what was expected, and what was done. */
  readonly message: string;
}

/** Counts the problems of a file by their kind, and keeps of each kind what the first row says. */
export function createCsvProblems(): {
  add(kind: CsvProblem['kind'], line: number, message: string): void;
  list(): CsvProblem[];
} {
  const problems = new Map<CsvProblem['kind'], CsvProblem>();
  return {
    add(kind, line, message) {
      const known = problems.get(kind);
      const rows = (known?.rows ?? 0) + 1;
      problems.set(kind, known ? { ...known, rows } : { kind, rows, line, message });
    },
    list: () => [...problems.values()],
  };
}
