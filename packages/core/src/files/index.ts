/** The ports over files: for local runs and for embedding. The only part of core that needs Node. */
export { CsvError, type CsvProblem, type CsvSeries, parseCsv, parseTimestamp } from './csv.ts';
export { type CsvMetricSource, createCsvMetricSource } from './csv-metric-source.ts';
export { clearAlertFiles, createFileAlertSink, readAlertFiles } from './file-alert-sink.ts';
export { clearStateFiles, createFileStateStore } from './file-state-store.ts';
