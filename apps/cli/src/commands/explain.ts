import type { Silence } from '@plumbline/core';
import { messageOf } from '@plumbline/core';
import { type ConfigFile, readConfigFile } from '../config-file.ts';
import { EXIT } from '../exit.ts';
import { findSeries } from '../explain/find-series.ts';
import { storyOf } from '../explain/story.ts';
import { momentOf } from '../moment.ts';
import { openMetricSource, readsCloudWatch } from '../source/metric-source.ts';
import { explainJson } from '../view/explain/explain-json.ts';
import { explainText } from '../view/explain/explain-text.ts';

export interface ExplainOptions {
  readonly config: string;
  readonly series?: string;
  readonly json?: boolean;
}

/** Says why a sample did or did not alert, as the run that watches its series decides. */
export async function explain(
  name: string,
  time: string,
  options: ExplainOptions,
): Promise<number> {
  const nowMs = Date.now();
  const askedMs = momentOf(time, nowMs);
  const file = readConfigFile(options.config);
  const { config } = file;
  const source = await openMetricSource(file);
  const watched = await findSeries({ name, pattern: options.series }, config.monitors, source);
  const { silences, remarks } = await silencesOf(file, options);
  const story = await storyOf(watched, source, { askedMs, nowMs, config, silences });
  const print = options.json ? explainJson : explainText;
  console.log(print(story, remarks));
  return EXIT.ok;
}

/** The silences that there are; without them, what is to be said about that. */
async function silencesOf(
  { config }: ConfigFile,
  { config: path }: ExplainOptions,
): Promise<{ readonly silences: readonly Silence[]; readonly remarks: readonly string[] }> {
  const { silencesAt } = await import('../silence/silences-at.ts');
  try {
    const { store } = await silencesAt({ config: path });
    return { silences: await store.load(), remarks: [] };
  } catch (error) {
    if (!readsCloudWatch(config)) throw error;
    const why = messageOf(error).split('\n')[0]!;
    return { silences: [], remarks: [`Silences are not known here: ${why}`] };
  }
}
