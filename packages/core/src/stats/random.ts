/** A seeded source of uniform numbers; the same seed gives the same sequence everywhere. */
export interface Random {
  /** Uniform in [0, 1), on a grid of 2^-32. */
  uniform(): number;
  /** Uniform integer in [0, bound); bound in [1, 2^32]. The bias is below bound / 2^32. */
  below(bound: number): number;
}

/**
 * The generator sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, a period of at least
 * 2^32 for every seed. Not for secrets.
 *
 * @param seed - any integer; only its low 32 bits count
 */
export function createRandom(seed: number): Random {
  let a = 0;
  let b = seed | 0;
  let c = 0x9e3779b9 | 0; // any odd constant: it parts this stream from one seeded elsewhere
  let counter = 1;

  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  // Neighbouring seeds share most of their bits until the state has been stirred.
  for (let i = 0; i < 15; i++) next();

  return {
    uniform: () => next() * 2 ** -32,
    below: (bound) => Math.floor(next() * 2 ** -32 * bound),
  };
}
