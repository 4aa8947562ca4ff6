/** What AWS asks for one thing in a month. */
export interface BillLine {
  /** Unique in a bill, such as `metrics-read`; does not change. */
  readonly id: string;
  readonly service: string;
  /** What is counted, for people: `metrics read`. */
  readonly what: string;
  /** A month. */
  readonly amount: number;
  /** The price is for so many. */
  readonly per: number;
  readonly price: number;
  /** Of the amount, what is not billed. */
  readonly free: number;
  readonly cost: number;
}

export type Priced = Pick<BillLine, 'amount' | 'per' | 'price'> & { readonly free?: number };

/** @param line - `free` is what there is for nothing, however much of it is used */
export function billed<Line extends Priced>(line: Line): Line & Pick<BillLine, 'free' | 'cost'> {
  const free = Math.min(line.free ?? 0, line.amount);
  return { ...line, free, cost: ((line.amount - free) / line.per) * line.price };
}
