import type { Point } from "../../plot/laws.ts";
import { logCharts } from "../../plot/log-chart.ts";

/** One measured step. */
export interface LawRow {
  readonly model: string;
  readonly tokens: number;
  readonly seq: number;
  readonly rank: number;
  readonly multiplied: number;
  readonly layers: number;
  readonly hiddenSize: number;
  readonly trained: number;
  readonly seconds: number;
  /** Processor time of a step, all threads together: other work on the machine changes it less. */
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  readonly predictedBytes: number;
}

/** Both measurements on logarithmic axes: seconds against tokens × weights, measured against predicted memory. */
export function stepLawSvg(rows: readonly LawRow[], time: { factor: number; exponent: number }): string {
  const titles = rows.map(
    ({ model, tokens, rank, seconds, peakBytes }) =>
      `${model}, ${tokens} tokens, rank ${rank}: ${seconds.toFixed(2)} s, ${(peakBytes / 1e6).toFixed(0)} MB`,
  );
  const work = rows.map(
    ({ tokens, multiplied, cpuSeconds }): Point => [(tokens * multiplied) / 1e9, cpuSeconds],
  );
  const memory = rows.map(({ predictedBytes, peakBytes }): Point => [predictedBytes / 1e9, peakBytes / 1e9]);
  return logCharts("Time and memory of a QLoRA step", [
    {
      ...{ title: "Processor time of a step", xLabel: "tokens × weights, in billions", yLabel: "seconds" },
      series: [{ points: work, titles, line: (x) => time.factor * (x * 1e9) ** time.exponent }],
    },
    {
      ...{ title: "Memory", xLabel: "predicted, GB", yLabel: "measured, GB" },
      series: [{ points: memory, titles, line: (x) => x }],
    },
  ]);
}
