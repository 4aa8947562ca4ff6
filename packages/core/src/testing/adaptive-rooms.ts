/** The rooms of the adaptive detector, for measuring what each of them is worth. */
export { createArena } from '../detectors/adaptive/arena.ts';
export { createCalendar } from '../detectors/adaptive/calendar.ts';
export { combine } from '../detectors/adaptive/combination.ts';
export { FORECASTS, forecast } from '../detectors/adaptive/forecasts.ts';
export { createHistory } from '../detectors/adaptive/history.ts';
export { createOwnTail } from '../detectors/adaptive/own-tail.ts';
export { createRecurrence } from '../detectors/adaptive/recurrence.ts';
export { createRoutine } from '../detectors/adaptive/routine.ts';
export { createSpread } from '../detectors/adaptive/spread.ts';
export { createValueScale } from '../detectors/adaptive/value-scale.ts';
export { createViews, VIEWS } from '../detectors/adaptive/views.ts';
