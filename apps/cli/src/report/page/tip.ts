import { shortNumber } from '../../view/text.ts';
import type { ChartAbout } from '../chart-about.ts';
import { instantText, type Zone } from './clock-face.ts';
import type { Columns } from './unpack.ts';

/** What is known of one sample, in words. */
export interface Told {
  readonly at: string;
  readonly facts: readonly (readonly [name: string, text: string])[];
  readonly alert: 'page' | 'notice' | undefined;
  readonly label: string | undefined;
}

export function tellSample(columns: Columns, about: ChartAbout, row: number, zone: Zone): Told {
  const timestamp = columns.timestamps[row]!;
  const [low, high] = [columns.lower[row]!, columns.upper[row]!];
  const known = [
    ['value', numberText(columns.values[row]!, 'missing')],
    ['expected', numberText(columns.expected[row]!, '')],
    ['usual', usualText(low, high)],
  ] as const;
  const isIn = (from: number, until: number | null): boolean =>
    timestamp >= from && timestamp < (until ?? Number.POSITIVE_INFINITY);
  const open = about.alerts.filter(({ since, until }) => isIn(since, until));
  return {
    at: `${instantText(timestamp, zone)}${zone === 'utc' ? ' UTC' : ''}`,
    facts: known.filter(([, text]) => text !== ''),
    alert: open.some(({ severity }) => severity === 'page') ? 'page' : open[0]?.severity,
    label: about.spans.find(({ from, until }) => isIn(from, until))?.label,
  };
}

export function toldText({ at, facts, alert, label }: Told): string {
  const parts = [at, ...facts.map(([name, text]) => `${name} ${text}`)];
  if (alert !== undefined) parts.push(`${alert} open`);
  if (label !== undefined) parts.push(`labelled ${label}`);
  return parts.join(', ');
}

/** The box that follows the cursor. */
export interface Tip {
  show(told: Told, left: number, top: number): void;
  hide(): void;
}

export function createTip(host: HTMLElement): Tip {
  const box = document.createElement('div');
  box.className = 'tip';
  box.hidden = true;
  box.setAttribute('aria-hidden', 'true'); // what it says is announced where it is asked for by key
  host.append(box);
  return {
    show(told, left, top) {
      box.replaceChildren(...contentOf(told));
      box.hidden = false;
      const { clientWidth, clientHeight } = host;
      const isRight = left > clientWidth / 2;
      const x = isRight ? left - box.offsetWidth - 14 : left + 14;
      const y = Math.min(Math.max(top - box.offsetHeight / 2, 4), clientHeight - box.offsetHeight);
      box.style.transform = `translate(${Math.max(x, 0)}px, ${Math.max(y, 0)}px)`;
    },
    hide() {
      box.hidden = true;
    },
  };
}

function contentOf({ at, facts, alert, label }: Told): Node[] {
  const list = element('dl', '');
  for (const [name, text] of facts) list.append(element('dt', name), element('dd', text));
  const nodes: Node[] = [element('div', at, 'at'), list];
  if (alert !== undefined) {
    nodes.push(element('div', `${alert === 'page' ? '▲' : '○'} ${alert} open`, `told ${alert}`));
  }
  if (label !== undefined) nodes.push(element('div', `labelled ${label}`, 'at'));
  return nodes;
}

function element(tag: string, text: string, className = ''): HTMLElement {
  const node = document.createElement(tag);
  node.textContent = text;
  if (className !== '') node.className = className;
  return node;
}

function numberText(value: number, none: string): string {
  return Number.isFinite(value) ? shortNumber(value) : none;
}

function usualText(low: number, high: number): string {
  if (Number.isFinite(low) && Number.isFinite(high)) {
    return `${shortNumber(low)} to ${shortNumber(high)}`;
  }
  if (Number.isFinite(high)) return `at most ${shortNumber(high)}`;
  return Number.isFinite(low) ? `at least ${shortNumber(low)}` : '';
}
