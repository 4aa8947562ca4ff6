import { confirm, intro, isCancel, multiselect, outro, select, text } from '@clack/prompts';
import { CommandError, EXIT } from '../exit.ts';
import { fit, plural, printable } from '../view/text.ts';
import { monthlyReads, type Proposal } from './proposal.ts';

/** Columns that a choice has beside what the prompt draws. */
const CHOICE_COLUMNS = 70;
/** Choices on the screen at a time. */
const MOST_LINES = 14;

export function greet(): void {
  intro('plumbline init');
}

export function sayGoodbye(message: string): void {
  outro(message);
}

/** Whether the metrics are in an account or in files, and which. */
export async function askSource(
  usualRegion: () => Promise<string | undefined>,
): Promise<{ readonly region: string } | { readonly fromFiles: string }> {
  const kind = answered(
    await select({
      message: 'Where are the metrics?',
      options: [
        {
          value: 'account',
          label: 'in CloudWatch',
          hint: 'reads with the credentials that are set here',
        },
        { value: 'files', label: 'in CSV files', hint: 'timestamp,value' },
      ],
    }),
  );
  if (kind === 'account') return { region: await askRegion(await usualRegion()) };
  const fromFiles = answered(
    await text({ message: 'In which folder?', initialValue: '.', validate: required }),
  );
  return { fromFiles };
}

async function askRegion(region: string | undefined): Promise<string> {
  return answered(
    await text({
      message: 'In which region?',
      placeholder: 'eu-central-1',
      ...(region !== undefined && { initialValue: region }),
      validate: required,
    }),
  );
}

/** Which of the proposals to take; the first `most` are taken unless told. */
export async function askWhich(
  proposals: readonly Proposal[],
  most: number,
): Promise<readonly Proposal[]> {
  const options = proposals.map((proposal, value) => ({
    value,
    label: fit(printable(proposal.entry.name), CHOICE_COLUMNS),
    hint: fit(`${priceText(proposal)}${printable(proposal.what)}`, CHOICE_COLUMNS),
  }));
  const chosen = answered(
    await multiselect({
      message: 'What is to be watched?',
      options,
      initialValues: options.slice(0, most).map(({ value }) => value),
      maxItems: MOST_LINES,
      required: true,
    }),
  );
  return proposals.filter((_, index) => chosen.includes(index));
}

export async function askOverwrite(files: readonly string[]): Promise<boolean> {
  const which = files.map(printable).join(' and ');
  return answered(
    await confirm({ message: `${which} exists already: overwrite?`, initialValue: false }),
  );
}

function priceText({ series, billed }: Proposal): string {
  const many = series === 1 ? '' : `${plural(series, 'series', 'series')}, `;
  return billed === 0 ? many : `${many}$${monthlyReads(billed).toFixed(2)} a month, `;
}

function required(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? 'expected something' : undefined;
}

/** @throws {CommandError} the question was broken off */
function answered<Answer>(answer: Answer): Exclude<Answer, symbol> {
  if (isCancel(answer)) throw new CommandError(EXIT.usage, 'broken off: nothing was written');
  return answer as Exclude<Answer, symbol>;
}
