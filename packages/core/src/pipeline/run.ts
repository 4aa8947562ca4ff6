import { loadGuidance } from '../alerts/guidance.ts';
import { checkOption } from '../errors.ts';
import { inPortions } from './in-portions.ts';
import { EMPTY_SHARD } from './shard-state.ts';
import type { Run, RunPorts, RunReport, RunRequest, Stage } from './stage.ts';
import { announce } from './stages/announce.ts';
import { attend } from './stages/attend.ts';
import { illustrate } from './stages/illustrate.ts';
import { notify } from './stages/notify.ts';
import { observe } from './stages/observe.ts';
import { read } from './stages/read.ts';
import { recall } from './stages/recall.ts';
import { record } from './stages/record.ts';
import { score } from './stages/score.ts';
import { select } from './stages/select.ts';

export const STAGES: readonly Stage[] = [
  recall,
  select,
  inPortions(read, score),
  attend,
  announce,
  record,
  illustrate,
  notify,
];

/**
 * One run of the metric path over one shard: recall the state, select the series that are due, read
 * their samples, judge, decide on and learn each, attend to the series of which no sample tells, announce what has
 * to be told, record it all in one commit, illustrate what people are told where charts are made, then notify.
 *
 * Safe to repeat, to run late and to run twice at once: watermarks decide what is scored, the commit
 * decides who did it, and an unsent notification waits in the state it was committed with.
 *
 * @throws {InvalidOptionError} the budget of pages is none, or a time span of the guidance
 * @throws else only when the state cannot be loaded or committed at all
 */
export async function run(
  request: RunRequest,
  ports: RunPorts,
  stages: readonly Stage[] = STAGES,
): Promise<RunReport> {
  const { pagesPerWeek } = request;
  checkOption(pagesPerWeek === undefined || pagesPerWeek > 0, 'pagesPerWeek', '> 0', pagesPerWeek);
  let state: Run = {
    request,
    ports,
    version: undefined,
    state: EMPTY_SHARD,
    requests: [],
    readings: new Map(),
    unread: new Map(),
    guide: await loadGuidance(request.guidance ?? {}),
    decisions: [],
    changes: [],
    isChanged: false,
    outcome: 'unchanged',
    delivered: [],
    notes: [],
  };
  for (const stage of stages) state = await stage(state);
  return observe(state);
}
