import { DURATION_OR_NONE_PATTERN, DURATION_PATTERN, NO_DURATION } from './duration.ts';
import { configJsonSchema, type JsonSchema, labelJsonSchema } from './json-schema.ts';

/** What people look for first; a test holds it to be a configuration that is accepted. */
const EXAMPLE = [
  '## By example',
  '',
  '```yaml',
  'version: 1',
  'monitors:',
  '  - name: CPU of every instance',
  '    metric:',
  '      namespace: AWS/EC2',
  '      name: CPUUtilization',
  '      dimensions: { InstanceId: "*" } # in quotes; each instance is a series of its own',
  '    maxSeries: 200',
  '',
  '  - name: Slow requests',
  '    metric:',
  '      namespace: AWS/ApplicationELB',
  '      name: TargetResponseTime',
  '      dimensions: { LoadBalancer: app/shop/50dc6c495c0c9188 } # what follows loadbalancer/ in its ARN',
  '      statistic: p99',
  '      minSamples: 100 # at night, when fewer requests come, it has no opinion',
  '    owner: shop',
  '    runbook: https://wiki.example.com/slow-requests',
  '',
  '  - name: Error rate',
  '    expression:',
  '      label: error rate',
  '      formula: 100 * errors / requests',
  '      metrics:',
  '        errors:',
  '          namespace: AWS/ApplicationELB',
  '          name: HTTPCode_Target_5XX_Count',
  '          dimensions: { LoadBalancer: app/shop/50dc6c495c0c9188 }',
  '          statistic: Sum',
  '        requests:',
  '          namespace: AWS/ApplicationELB',
  '          name: RequestCount',
  '          dimensions: { LoadBalancer: app/shop/50dc6c495c0c9188 }',
  '          statistic: Sum',
  '    direction: above',
  '    topic: arn:aws:sns:eu-central-1:111122223333:shop-alerts',
  '',
  '  - name: Orders in the other account',
  '    metric: { namespace: Orders, name: Placed, statistic: Sum }',
  '    region: eu-west-1',
  '    role: arn:aws:iam::444455556666:role/plumbline-read # has to trust the function',
  '    direction: below',
  '```',
  '',
];

const ONE_SPAN = 'Either `from` and `until`, or `cron` and `for` are required.';

/** What the file of labels looks like; a test holds it to be one that is accepted. */
const LABELS = [
  '## labels',
  '',
  'The file that `labels` names is a list:',
  '',
  '```yaml',
  '- label: incident',
  '  match: { monitor: Slow requests }',
  '  from: 2026-01-31T22:00:00+01:00',
  '  until: 2026-02-01T01:30:00+01:00',
  '  note: the disk of the database was full',
  '- label: normal',
  '  match: { monitor: CPU of every instance, InstanceId: "i-0a*" }',
  '  from: 2026-02-03T09:00:00Z',
  '  until: 2026-02-03T10:00:00Z',
  '```',
  '',
];

/** The reference page of `plumbline.yaml` in Markdown, made from the schema. */
export function configReference(): string {
  const schema = configJsonSchema();
  const { defaults, deploy, local, maintenance, exclude, monitors } = schema.properties ?? {};
  const monitor = monitors?.items ?? {};
  const detectors = monitor.properties?.detector?.oneOf ?? [];
  return [
    '# plumbline.yaml',
    '',
    '<!-- Written by `pnpm docs:reference` from packages/config/src/schema.ts; do not edit. -->',
    '',
    'Keys that are not listed here are refused. A duration is a whole number with a unit: `30s`, `5m`,',
    '`12h`, `7d`, `2w`. For completion in an editor, let the first line name the schema:',
    '',
    '```yaml',
    '# yaml-language-server: $schema=<path to @plumbline/config>/schema/plumbline.schema.json',
    '```',
    '',
    ...EXAMPLE,
    ...section('The file', schema),
    ...section('defaults', defaults),
    ...section('maintenance[]', maintenance?.items, ONE_SPAN),
    ...section('exclude[]', exclude?.items, ONE_SPAN),
    ...LABELS,
    ...section('labels[]', labelJsonSchema()),
    ...section('local', local),
    ...section('monitors[]', monitor, 'One of `metric`, `expression` and `csv` is required.'),
    ...section('monitors[].metric', monitor.properties?.metric),
    ...section('monitors[].expression', monitor.properties?.expression),
    ...section('monitors[].whileLearning', monitor.properties?.whileLearning),
    '## detector',
    '',
    'One of these, told apart by `type`.',
    '',
    ...detectors.flatMap((detector) =>
      section(`type: ${String(detector.properties?.type?.const)}`, detector, '', '###'),
    ),
    ...section('deploy', deploy),
    ...section('deploy.names', deploy?.properties?.names),
    '## backend',
    '',
    'One of these, told apart by `type`.',
    '',
    ...(deploy?.properties?.backend?.oneOf ?? []).flatMap((backend) =>
      section(`type: ${String(backend.properties?.type?.const)}`, backend, '', '###'),
    ),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

function section(title: string, schema: JsonSchema = {}, note = '', level = '##'): string[] {
  const rows = Object.entries(schema.properties ?? {}).map(([key, value]) => {
    const required = schema.required?.includes(key) && value.default === undefined;
    const fallback = required ? 'required' : defaultText(value.default);
    return `| \`${key}\` | ${typeText(key, value)} | ${fallback} | ${value.description ?? ''} |`;
  });
  const text = [schema.description, note].filter(Boolean).join(' ');
  return [
    `${level} ${title}`,
    '',
    ...(text === '' ? [] : [text, '']),
    '| key | value | default | meaning |',
    '|---|---|---|---|',
    ...rows,
    '',
  ];
}

function typeText(key: string, schema: JsonSchema): string {
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.oneOf) return `[${key}](#${key})`; // a section of that name
  if (schema.pattern === DURATION_PATTERN.source) return 'duration';
  if (schema.pattern === DURATION_OR_NONE_PATTERN.source) return `duration, or \`${NO_DURATION}\``;
  if (schema.type === 'array') return 'list';
  if (schema.type === 'object') return 'keys';
  return schema.type === 'string' ? 'text' : `${schema.type ?? ''}${rangeText(schema)}`;
}

function rangeText({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: JsonSchema): string {
  const bounds = [
    typeof minimum === 'number' && minimum > Number.MIN_SAFE_INTEGER ? `>= ${minimum}` : '',
    typeof exclusiveMinimum === 'number' ? `> ${exclusiveMinimum}` : '',
    typeof maximum === 'number' && maximum < Number.MAX_SAFE_INTEGER ? `<= ${maximum}` : '',
    typeof exclusiveMaximum === 'number' ? `< ${exclusiveMaximum}` : '',
  ].filter(Boolean);
  return bounds.length === 0 ? '' : `, ${bounds.join(', ')}`;
}

function defaultText(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, entry]) => `${key}: ${String(entry)}`);
    return entries.length === 0 ? '' : `\`${entries.join(', ')}\``;
  }
  return `\`${String(value)}\``;
}
