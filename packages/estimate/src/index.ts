export type { AlarmsInstead } from './alarms-instead.ts';
export {
  type Bill,
  type BillOptions,
  estimateBill,
  type MonitorBill,
  type TierBill,
} from './bill.ts';
export type { BillLine } from './bill-line.ts';
export { stateNumbersOf } from './detector-estimate.ts';
export { discovers } from './monitors.ts';
export { customMetricsOf, LOG_BYTES_OF_PLAN, LOG_BYTES_OF_RUN, ownAlarmsOf } from './own-costs.ts';
export { changedPrices, parsePrices, priceFileOf } from './price-file.ts';
export { DEFAULT_PRICES, type Prices } from './prices.ts';
export {
  estimatePlanSeconds,
  estimateRun,
  type RunEstimate,
  totalSeries,
  WHOLE_CORE_MB,
} from './run-estimate.ts';
export type { CountedSeries, SeriesCount } from './series-counts.ts';
