/** What the logger adds to every line and the lines of Lambda say already. */
const CONTEXT = new Set([
  'level',
  'message',
  'timestamp',
  'service',
  'cold_start',
  'function_arn',
  'function_memory_size',
  'function_name',
  'function_request_id',
  'sampling_rate',
  'xray_trace_id',
]);

/** A line of the function's log in fewer words: what is structured is unfolded, the rest is as it was. */
export function logLine(line: string): string {
  const entry = parse(line);
  if (entry === undefined) return line;
  if ('_aws' in entry) return metricsText(entry);
  const { level, message } = entry;
  if (typeof level !== 'string' || typeof message !== 'string') return line;
  const rest = Object.entries(entry).filter(([name]) => !CONTEXT.has(name));
  const details = rest.map(([name, value]) => `${name}=${JSON.stringify(value, withoutStacks)}`);
  return [level.padEnd(5), message, ...details].join(' ');
}

/** Of the bundle's minified lines they would say little. */
function withoutStacks(key: string, value: unknown): unknown {
  return key === 'stack' || key === 'location' ? undefined : value;
}

function parse(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/**
 * The metrics of a line in the embedded format, but for those that are 0.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
function metricsText(entry: Record<string, unknown>): string {
  const values = Object.entries(entry).filter(
    ([, value]) => typeof value === 'number' && value !== 0,
  );
  return ['METRICS', ...values.map(([name, value]) => `${name}=${value}`)].join(' ');
}
