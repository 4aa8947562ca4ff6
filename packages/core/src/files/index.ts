/** The ports over files: for local runs and for embedding. The only part of core that needs Node. */
export { type CsvSeries, parseCsv } from './csv.ts';
export { type CsvMetricSource, createCsvMetricSource } from './csv-metric-source.ts';
export { type CsvProblem, createCsvProblems } from './csv-problems.ts';
export { CsvError, type CsvRow, csvRows, timestampProblem, valueProblem } from './csv-rows.ts';
export { clearAlertFiles, createFileAlertSink, readAlertFiles } from './file-alert-sink.ts';
export { clearStateFiles, createFileStateStore } from './file-state-store.ts';
export { parseTimestamp } from './timestamp.ts';
