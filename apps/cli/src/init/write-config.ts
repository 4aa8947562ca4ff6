import { Document, isNode, isScalar, type Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { printable } from '../view/text.ts';
import type { Proposal, Remark } from './proposal.ts';

export interface ConfigText {
  /** Where the schema lies, relative to the configuration. */
  readonly schema: string;
  /** What was looked at, for whoever reads it: a sentence without its full stop. */
  readonly origin: string;
  /** Where the metrics are; undefined for files. */
  readonly region: string | undefined;
  /** How much of the end of files is replayed; undefined where there are none. */
  readonly replay: string | undefined;
  readonly proposals: readonly Proposal[];
  /** A line each. */
  readonly leftOut: readonly string[];
}

/** Lines of what was left out that a reader of the file wants to see. */
const MOST_LEFT_OUT = 20;

/**
 * The text of a `plumbline.yaml` with these monitors, grouped by what they belong to, and with a remark beside
 * each key that needs one.
 *
 * Names of metrics and files come from outside. As values they are left to the YAML library to quote; in
 * comments, where nothing is quoted, they are made printable, so that none can begin a line of its own.
 */
export function configText(config: ConfigText): string {
  const { schema, origin, region, replay, proposals, leftOut } = config;
  const root = new YAMLMap();
  const document = new Document(root);
  const intro = [
    ` yaml-language-server: $schema=${schema}`,
    '',
    ` ${line(origin)}.`,
    ' A proposal: take away what you do not want to hear of, then try it:',
    ' plumbline validate, plumbline backtest.',
    ' The schema explains every key to an editor that knows YAML.',
  ];
  root.add(pair('version', 1));
  if (region !== undefined) {
    root.add(
      section('deploy', { region }, [
        [['region'], 'where the metrics are, and where the function will run'],
      ]),
    );
  }
  if (replay !== undefined) {
    const remark = 'of each file: what is before it is history to learn from';
    root.add(section('local', { replay }, [[['replay'], remark]]));
  }
  const monitors = new YAMLSeq();
  let group: string | undefined;
  for (const proposal of proposals) {
    const node = withRemarks(
      document.createNode(proposal.entry, { aliasDuplicateObjects: false }),
      proposal.remarks,
    );
    node.spaceBefore = monitors.items.length > 0;
    if (proposal.group !== group) node.commentBefore = heading(proposal);
    group = proposal.group;
    monitors.items.push(node);
  }
  const key = new Scalar('monitors');
  key.spaceBefore = true;
  root.add(new Pair(key, monitors));
  document.commentBefore = intro.join('\n');
  if (leftOut.length > 0) document.comment = leftOutText(leftOut);
  // Values are never folded over lines: a reader looks for them as they are.
  return document.toString({ lineWidth: 0, commentString });
}

/** The same of one line, and without what could end it. */
function line(text: string): string {
  return printable(text);
}

/** Each line of a comment with its `#`; what is in the comments has no other line ends than ours. */
function commentString(comment: string): string {
  return comment
    .split('\n')
    .map((text) => `#${text}`.trimEnd())
    .join('\n');
}

function heading({ group, groupNote }: Proposal): string {
  const lines = [group, ...(groupNote === undefined ? [] : [groupNote])];
  return lines.map((text) => ` ${line(text)}`).join('\n');
}

function leftOutText(leftOut: readonly string[]): string {
  const shown = leftOut.slice(0, MOST_LEFT_OUT);
  const rest = leftOut.length - shown.length;
  return [
    '',
    ' Not proposed:',
    ...shown.map((text) => ` - ${line(text)}`),
    ...(rest > 0 ? [` - and ${rest} more`] : []),
  ].join('\n');
}

function pair(key: string, value: unknown): Pair {
  return new Pair(new Scalar(key), new Scalar(value));
}

function section(
  key: string,
  values: Readonly<Record<string, string>>,
  remarks: readonly Remark[],
): Pair {
  const node = withRemarks(new Document(values).contents as Node, remarks);
  const name = new Scalar(key);
  name.spaceBefore = true;
  return new Pair(name, node);
}

function withRemarks(node: Node, remarks: readonly Remark[]): Node {
  for (const [path, text] of remarks) {
    const at = node instanceof YAMLMap ? node.getIn(path, true) : undefined;
    if (isNode(at) && isScalar(at)) at.comment = ` ${line(text)}`;
  }
  return node;
}
