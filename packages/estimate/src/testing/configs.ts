import { type Config, parseConfig } from '@plumbline/config';

type Monitor = Config['monitors'][number];

/** A configuration of one metric, with these lines under `deploy` and these as further monitors. */
export function configWith(deploy = '{}', monitors = ''): Config {
  return parseConfig(`version: 1
deploy: ${deploy}
monitors:
  - name: CPU
    metric: {namespace: AWS/EC2, name: CPUUtilization, dimensions: {InstanceId: i-1}}
${monitors}`);
}

/** This many series under one monitor. */
export function fleet(series: number, deploy = '{}', said: Partial<Monitor> = {}): Config {
  const config = configWith(deploy);
  const monitors = config.monitors.map((monitor) => ({
    ...monitor,
    ...said,
    source: { ...monitor.source, dimensions: { InstanceId: '*' } } as Monitor['source'],
    maxSeries: series,
  }));
  return { ...config, monitors };
}
