import { distance } from 'fastest-levenshtein';

/**
 * What is nearest to a name, and near enough to have been meant; undefined where nothing is. Differing in the
 * case of letters alone is nearest of all, then holding the other name whole, then the fewest changed letters.
 */
export function nearestOf(name: string, known: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  let best: { readonly candidate: string; readonly far: number } | undefined;
  for (const candidate of known) {
    const text = candidate.toLowerCase();
    const holds =
      Math.min(text.length, wanted.length) > 2 && (text.includes(wanted) || wanted.includes(text));
    const far = holds ? Math.abs(text.length - wanted.length) / 1000 : distance(text, wanted);
    if (best === undefined || far < best.far) best = { candidate, far };
  }
  const enough = Math.max(2, wanted.length / 3);
  return best !== undefined && best.far <= enough ? best.candidate : undefined;
}
