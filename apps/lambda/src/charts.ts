import type { AwsClients } from '@plumbline/aws-adapters';
import { createS3Charts } from '@plumbline/aws-adapters/s3-charts';
import type { ChartMaker } from '@plumbline/core';
import { createRasterizer } from './chart-png.ts';

/**
 * Pictures in the state bucket. A file of its own in the archive, with what it needs beside it: it is there only where
 * charts are made, and is read when the first one is.
 */
export function createCharts(clients: Pick<AwsClients, 's3'>, bucket: string): ChartMaker {
  const rasterize = createRasterizer(new URL('./', import.meta.url));
  return createS3Charts(clients, { bucket, rasterize });
}
