import type { DecisionReason } from './lifecycle.ts';

/** Each reason of a decision in plain words, as what follows "because". */
export const REASON_TEXTS: Readonly<Record<DecisionReason, string>> = {
  normal: 'it was not unusual enough',
  'no-opinion': 'the detector could not say anything about it',
  'other-direction': 'it was unusual, but on the side that this monitor does not watch',
  'small-effect': 'it was unusual, but closer to what was expected than minEffect asks for',
  unconfirmed: 'it was unusual, but too few samples around it were: confirm asks for more',
  'labelled-normal': 'it was unusual, but somebody has labelled this time as normal',
  excluded: 'this time is excluded: neither judged nor learned',
  quiet: 'it was unusual, but so soon after another alert that it is no news',
  silenced: 'there was something to tell, and a silence kept it quiet',
  maintenance: 'there was something to tell, and a maintenance window kept it quiet',
  'first-flagged': 'it was unusual enough, and no alert was open',
  'over-budget': 'it was as rare as a page, but the pages of this week are used up',
  'still-flagged': 'its alert was open already, and this was not clearly worse',
  'clearly-worse': 'it was clearly worse than what had been told of the open alert',
  'now-a-page': 'the alert had been a notice until then, and this sample is worth a page',
  'repeat-interval': 'its alert was still open, and it was time to repeat it',
  'quiet-over': 'it was still unusual when nothing kept its alert quiet any more',
  recovering: 'it was normal again, but not yet for long enough to end the open alert',
  recovered: 'it had been normal for long enough: the alert ended',
  'new-normal': 'what the alert had opened for is the new normal: the alert ended',
};
