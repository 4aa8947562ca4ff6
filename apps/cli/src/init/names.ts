/** As long as the name of a monitor may be. */
const LONGEST_NAME = 100;

/** Makes names that are not taken yet. */
export interface Names {
  /** The first of these that is free; else the last with a number. */
  unique(...candidates: readonly string[]): string;
}

export function createNames(): Names {
  const taken = new Set<string>();
  const free = (name: string): string | undefined => {
    const cut = fitting(name, LONGEST_NAME);
    if (taken.has(cut)) return undefined;
    taken.add(cut);
    return cut;
  };
  return {
    unique(...candidates) {
      for (const candidate of candidates) {
        const name = free(candidate);
        if (name !== undefined) return name;
      }
      const last = candidates.at(-1) ?? '';
      for (let n = 2; ; n++) {
        const number = ` (${n})`;
        const name = free(fitting(last, LONGEST_NAME - number.length) + number);
        if (name !== undefined) return name;
      }
    },
  };
}

/** Cut to a length in UTF-16 units, which is how the schema counts, and never within a character. */
function fitting(text: string, longest: number): string {
  if (text.length <= longest) return text;
  let cut = '';
  for (const character of text) {
    if (cut.length + character.length > longest - 1) break;
    cut += character;
  }
  return `${cut}…`;
}

/** Words that are written in capitals. */
const ACRONYMS =
  /^(alb|api|asg|cpu|db|dns|ebs|ec2|ecs|efs|eks|elb|gpu|http|id|io|jvm|nlb|rds|s3|sns|sqs|tcp|url)$/i;

/** `ec2_cpu_utilization` as `EC2 CPU utilization`. */
export function readable(identifier: string): string {
  const words = identifier.split(/[_\s]+/).filter((word) => word !== '');
  const [first, ...rest] = words.map((word) => (ACRONYMS.test(word) ? word.toUpperCase() : word));
  if (first === undefined) return identifier;
  return [first[0]!.toUpperCase() + first.slice(1), ...rest].join(' ');
}
