/** A picture to be made. */
export interface Chart {
  /** Letters, digits and dashes; the same picture has the same one. */
  readonly id: string;
  readonly svg: string;
}

export interface MakeOptions {
  /** Time left for it, ms, from now on; without end unless told. */
  readonly remainingMs?: () => number;
}

/** Makes a picture that a mail or a chat can link to, and keeps it for a while. */
export interface ChartMaker {
  /**
   * Making it again is harmless.
   * @returns where it is: a URL, which holds for hours
   * @throws when it cannot be made or kept, or not in time
   */
  make(chart: Chart, options?: MakeOptions): Promise<string>;
}
