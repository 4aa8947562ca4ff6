export { durationMs, durationText } from './duration.ts';
export { nearestName } from './explain.ts';
export { configJsonSchema, type JsonSchema } from './json-schema.ts';
export { loadConfig, loadLabels, parseConfig, parseYaml, type ReadSibling } from './parse.ts';
export { ConfigError, type ConfigProblem, describeProblem } from './problems.ts';
export { configReference } from './reference.ts';
export type { Config } from './resolve.ts';
export type { Deploy } from './resolve-deploy.ts';
export type { ConfigInput } from './schema.ts';
export {
  defaultSeriesSettings,
  parseSeriesSettings,
  resolveSeries,
  type SeriesSettings,
  withDetector,
} from './series-settings.ts';
