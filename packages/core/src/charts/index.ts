export {
  type AlertChart,
  CHART_HEIGHT,
  CHART_WIDTH,
  type ChartSample,
  drawAlertChart,
} from './alert-chart.ts';
