export { stateNumbersOf } from './detector-estimate.ts';
export { discovers } from './discovers.ts';
export {
  estimatePlanSeconds,
  estimateRun,
  type RunEstimate,
  totalSeries,
  WHOLE_CORE_MB,
} from './run-estimate.ts';
