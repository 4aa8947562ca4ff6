/** The report and an example of one, for the tests that open it in a browser. */
export { renderReport } from '../render-report.ts';
export type { ReportData, ReportSeries } from '../report-data.ts';
export { exampleReport } from './example-report.ts';
