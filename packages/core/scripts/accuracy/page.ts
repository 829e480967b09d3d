import { profileNames } from "../../src/memory/names.ts";
import { profileOf } from "../../src/memory.ts";
import type { Constants } from "./fit.ts";
import {
  type Accuracy,
  type AccuracyRow,
  constantNames,
  type ErrorSummary,
  summary,
  summaryBySource,
} from "./report.ts";
import { estimateOf } from "./rows.ts";

/** docs/checked/memory-accuracy.md. */
export function accuracyPage(results: Accuracy): string {
  const { rows } = results;
  const inSample = summaryBySource(rows, ({ error }) => error);
  const leftOut = summaryBySource(rows, ({ leftOutError }) => leftOutError);
  const device = rows.filter(({ inDeviceBand }) => inDeviceBand !== undefined);
  const inBand = device.filter(({ inDeviceBand }) => inDeviceBand).length;
  const aboveBand = device.filter(({ row }) => row.bytes > estimateOf(row).deviceBytes[1]).length;
  const full = rows.filter(({ row }) => row.spec === "full");
  const others = Object.keys(full[0]!.row.others);
  const added = rows.filter(({ before: [, , whenFound] }) => whenFound !== undefined);
  const unspecified = profileNames.filter((name) => full.every(({ row }) => row.profile !== name));
  return `# Memory estimates against measurements

\`pnpm --filter @lorank/core accuracy\` writes this page; do not edit it. It sums up the
[measurements](../../packages/core/data/README.md) in \`@lorank/core\`. An error is predicted / measured − 1, in per cent.
Above 0 the estimate is too high. GB are 10⁹ bytes.

## Fully specified rows

A row is fully specified when its source states all that the estimate needs. "In sample" takes the profiles as they are. Their
constants were chosen on these rows. "Left out" fits the constants below on the other sources. A constant that no other source shows then has
its counted value. The columns give the median of the unsigned errors, their 90 % quantile and the largest, and the share of the
estimates that are below what was measured. It would be half if the errors had no direction.

| source | rows | in sample: median | 90 % | max | below | left out: median | 90 % | max | below |
| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |
${Object.keys(inSample)
  .map(
    (source) =>
      `| ${source} | ${inSample[source]!.rows} | ${figures(inSample[source]!)} | ${figures(leftOut[source]!)} |`,
  )
  .join("\n")}

The aims were a median of 2 %, 90 % of the rows within 5 % and no row beyond 10 %. In sample, ${metAims(inSample.all!)}. Left out, ${metAims(leftOut.all!)}.
Beyond 10 % in sample: ${farOff(rows, ({ error }) => error)}. Beyond 10 % left out: ${farOff(rows, ({ leftOutError }) => leftOutError)}.
In 4 bits litgpt of 2024 holds its layers' inputs twice: those of the former pass stay until the next loss is there. Its runs of 2023 peak in the
first pass, which has none before it.

Other tools have these medians of unsigned errors on the rows of LoRA that have them: ${others
    .map((tool) => `${tool} ${number(summary(full.flatMap(({ row }) => row.others[tool] ?? [])).median)}`)
    .join(", ")}.

## Rows that the model had not seen

${added.length} rows were found after the model of their day was made. Its errors on the fully specified ones stand under "when found": so far off are estimates
of runs that nobody had tried them on. "Now" are the errors of today's model, in sample.

| source | rows | when found: median | 90 % | max | now: median | 90 % | max |
| --- | --: | --: | --: | --: | --: | --: | --: |
${unseenLines(added).join("\n")}

## By stack

Errors left out. The last column is the share of all rows, also of those that are not fully specified, beyond the bounds of what they measured: those of
the device, or of reserved memory. Allocated bytes may be at most the reserved upper bound.

| stack | fully specified | median | max | all rows | outside the bounds |
| --- | --: | --: | --: | --: | --: |
${profileNames.flatMap((name) => stackLine(name, rows)).join("\n")}

No fully specified row was found for ${unspecified.join(", ")}. Their other rows leave open a setting, the length or what was measured. Beyond the bounds is
one of Unsloth's, 1.5 % below the lower bound.

PEFT's rows of full fine-tuning measured reserved memory; the estimate is of allocated bytes, which a count of all tensors confirms within 5 % on
small models ([the count](../../scripts/reference/memory_peaks.py)). One row of LoRA-FA is of a run in which A had gradients again. PEFT's rows
below the lower bound are so by 0.5 %. Above the upper bound are two: a run whose reserved memory stems from the tool's own loading, and one of
OLMo 3 in Axolotl, which needed about what all logits would need (−4 %), although its config asks for a loss without them.

## Constants that measurements decided

Measurements decided these constants. Everything else is counted: the bytes of tensors that the code is known to keep.

| constant | used | fitted on all | ${[...results.leftOutConstants.keys()].map((source) => `without ${short(source)}`).join(" | ")} |
| --- | --: | --: | ${[...results.leftOutConstants].map(() => "--:").join(" | ")} |
${constantNames
  .map(
    (name) =>
      `| ${name} | ${cells(name, [results.constants.used, results.constants.fitted, ...results.leftOutConstants.values()])} |`,
  )
  .join("\n")}

## Static bytes

${[...results.staticErrors].map(([id, error]) => `- ${id}: ${signed(error)} %`).join("\n")}
- Llama 3.2 3B, q and v, PEFT's defaults, rank 64 minus rank 32: 146,800,640 bytes, as measured to the byte (a test).

## Device memory

The device band holds ${inBand} of ${device.length} rows that measured the device (${number((100 * inBand) / device.length)} %). The band is wide where the loss is
computed over a large vocabulary at once: the allocator then holds much memory that it does not use. "Fits" goes by the band's upper
bound, which ${aboveBand} of these ${device.length} rows exceed (${share((100 * aboveBand) / device.length)}).

## Every row

[Each row](../../packages/core/data/memory-errors.csv) with what was measured and what is estimated, large errors included.
`;
}

/** data/memory-errors.csv. */
export function accuracyCsv({ rows }: Accuracy): string {
  return `row,profile,metric,measured GB,predicted GB,error %,left out %,in device band\n${rows.map(rowLine).join("")}`;
}

/** One line a source of fully specified rows, and one for all of them. */
function unseenLines(added: readonly AccuracyRow[]): string[] {
  const found = summaryBySource(added, ({ before: [, , whenFound] }) => whenFound);
  const now = summaryBySource(added, ({ error }) => error);
  const cellsOf = ({ median, p90, max }: ErrorSummary): string => [median, p90, max].map(number).join(" | ");
  return Object.keys(found).map(
    (source) =>
      `| ${source} | ${found[source]!.rows} | ${cellsOf(found[source]!)} | ${cellsOf(now[source]!)} |`,
  );
}

function metAims({ median, p90, max }: ErrorSummary): string {
  const met = [
    ...(median <= 2 ? ["the median"] : []),
    ...(p90 <= 5 ? ["the 90 %"] : []),
    ...(max <= 10 ? ["the largest"] : []),
  ];
  if (met.length === 3) return "all three are met";
  return met.length === 0 ? "none is met" : `met by ${met.join(" and ")}`;
}

/** Sources of the fully specified rows whose error is beyond 10 %, with how many rows each. */
function farOff(rows: readonly AccuracyRow[], errorOfRow: (row: AccuracyRow) => number | undefined): string {
  const far = rows.filter((row) => row.row.spec === "full" && Math.abs(errorOfRow(row) ?? 0) > 10);
  const sources = [...new Set(far.map(({ row }) => row.source))];
  const words = sources.map(
    (source) => `${far.filter(({ row }) => row.source === source).length} of ${source}`,
  );
  return words.length === 0 ? "no row" : words.join(", ");
}

function stackLine(name: string, rows: readonly AccuracyRow[]): string[] {
  const own = rows.filter(({ row }) => row.profile === name);
  if (own.length === 0) return [];
  const full = own.filter(({ row }) => row.spec === "full");
  const outside = share((100 * own.filter(({ inBounds }) => !inBounds).length) / own.length);
  const { median, max } = summary(full.flatMap(({ leftOutError }) => leftOutError ?? []));
  const errors = full.length === 0 ? ["", ""] : [number(median), number(max)];
  return [`| ${[name, full.length, ...errors, own.length, outside].join(" | ")} |`];
}

function rowLine({ row, predicted, error, leftOutError, inDeviceBand }: AccuracyRow): string {
  const cells = [
    row.id,
    profileOf(row.profile).name,
    row.metric,
    number(row.bytes / 1e9),
    number(predicted / 1e9),
    error.toFixed(2),
    leftOutError === undefined ? "" : leftOutError.toFixed(2),
    inDeviceBand === undefined ? "" : inDeviceBand ? "yes" : "no",
  ];
  return `${cells.join(",")}\n`;
}

const cells = (name: keyof Constants, all: readonly Constants[]): string =>
  all.map((constants) => number(constants[name])).join(" | ");
const figures = ({ median, p90, max, below }: ErrorSummary): string =>
  [...[median, p90, max].map(number), share(below)].join(" | ");
const share = (percent: number): string => `${percent.toFixed(0)} %`;
const number = (value: number): string => value.toFixed(2);
const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
const short = (source: string): string => source.split(" ")[0]!.split("/").slice(0, 2).join("/");
