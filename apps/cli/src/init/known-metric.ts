import type { Direction } from '@plumbline/core';

/** A metric that is worth a monitor, and how it is best watched. */
export interface KnownMetric {
  readonly metric: string;
  /** Sets of dimensions that it is published under, the best one to watch first; the first that is alive counts. */
  readonly by: readonly (readonly string[])[];
  readonly statistic: string;
  /** Why this statistic, or what it tells; a comment beside it, of one line. */
  readonly why: string;
  /** What the monitor is called after its service: "latency". */
  readonly label: string;
  readonly unit?: string;
  /** Which departures matter, where the statistic alone does not say so. */
  readonly direction?: Direction;
  /** A counter that is published only when something happens: no sample is a 0. */
  readonly zero?: boolean;
  /** What its share is taken of where few resources are watched, for a count alone grows with traffic. */
  readonly outOf?: { readonly metric: string; readonly label: string };
  /** 1: tells what users notice; 2: tells what will go wrong; 3: tells how much there is to do. */
  readonly usefulness: 1 | 2 | 3;
}

/** What is known of the metrics of a service of AWS. */
export interface KnownService {
  readonly namespace: string;
  /** What its monitors are called, in the singular: "Load balancer". */
  readonly title: string;
  /** The page of AWS that tells of these metrics: the source of what is said here. */
  readonly page: string;
  readonly metrics: readonly KnownMetric[];
}
