import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ReportData, renderReport } from '@plumbline/cli/testing';

/** What is kept of a run for a person to look at; ignored by git. */
export const ARTEFACTS = resolve(import.meta.dirname, '../artefacts');

export function artefact(name: string): string {
  mkdirSync(ARTEFACTS, { recursive: true });
  return join(ARTEFACTS, name);
}

export interface ReportFile {
  readonly path: string;
  /** Of its address as a `file:`. */
  readonly url: string;
  readonly bytes: number;
  remove(): void;
}

/** A report on the disk, as the command writes it. */
export function writeReport(data: ReportData): ReportFile {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-report-'));
  const path = join(folder, 'report.html');
  const page = renderReport(data);
  writeFileSync(path, page);
  return {
    path,
    url: pathToFileURL(path).href,
    bytes: Buffer.byteLength(page),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
