import { formatBytes, formatCount, formatDecimalBytes } from "@lorank/core";
import { largestRankRow, partWords } from "@lorank/core/memory";
import type { Output } from "../output.ts";
import type { Column } from "../table.ts";
import { range } from "../text.ts";
import type { AnsweredRow } from "./estimate.ts";

/** The columns of a table by rank; the method's where there are several. */
export function rowColumns<Row extends AnsweredRow>(rows: readonly Row[]): Column<Row>[] {
  const namesMethod = rows.some(({ method }) => method === "full");
  return [
    {
      ...{ title: "method", align: "left" },
      cell: ({ method, base }) => (namesMethod ? `${method} ${base}` : ""),
    },
    { title: "rank", cell: ({ rank }) => String(rank ?? "–") },
    { title: "trainable", cell: ({ estimate }) => formatCount(estimate.trainableParams) },
    { title: "static", cell: ({ estimate }) => formatBytes(estimate.staticBytes) },
    { title: "allocated", cell: ({ estimate }) => formatBytes(estimate.allocatedBytes) },
    { title: "reserved", cell: ({ estimate }) => range(estimate.reservedBytes) },
    { title: "device", cell: ({ estimate }) => range(estimate.deviceBytes) },
    { title: "peak in", align: "left", cell: ({ estimate }) => estimate.peakPhase },
    { title: "card", align: "left", cell: ({ fit }) => fit ?? "" },
  ];
}

/** Prints what the columns are; `hint` names the flag that says more. */
export function printCaption(output: Output, { hint }: { readonly hint: boolean }): void {
  output.say(
    "Bytes at the peak. static: weights, gradients, optimiser; allocated: what the framework counts; reserved: what its " +
      "allocator holds; device: what nvidia-smi shows. 1 GiB is 2^30 bytes, 1 GB 10^9." +
      (hint ? " With --gpu: what fits a card, how far it goes, what to change." : ""),
    output.colours.dim,
  );
  output.print();
}

/** Prints where the peak is and what the most of it is; with `all`, every part. */
export function printParts(output: Output, rows: readonly AnsweredRow[], all: boolean): void {
  const row = largestRankRow(rows);
  const { parts, allocatedBytes, peakPhase } = row.estimate;
  const [largest, bytes] = largestFirst(parts)[0]!;
  const whose = row.rank === null ? "training all weights" : `rank ${row.rank}`;
  output.say(
    `The peak of ${whose} is in the ${peakPhase}: ${formatBytes(allocatedBytes)} (${formatDecimalBytes(allocatedBytes)}) ` +
      `allocated, and the most of it ${partWords[largest]}, ${shareOf(bytes, allocatedBytes)}.`,
  );
  output.print();
  if (all) printPartsTable(output, parts, partWords, allocatedBytes);
}

/** Parts without those of no bytes, the largest first. */
function largestFirst<Name extends string>(parts: Readonly<Record<Name, number>>): [Name, number][] {
  return (Object.entries(parts) as [Name, number][])
    .filter(([, bytes]) => bytes > 0)
    .sort(([, a], [, b]) => b - a);
}

const shareOf = (bytes: number, total: number): string => `${((100 * bytes) / total).toFixed(1)} %`;

/** Prints what a peak is made of. */
export function printPartsTable<Name extends string>(
  output: Output,
  parts: Readonly<Record<Name, number>>,
  words: Readonly<Record<Name, string>>,
  total: number,
): void {
  output.table<[Name, number]>(
    [
      { title: "part", align: "left", cell: ([name]) => words[name] },
      { title: "GiB, MiB", cell: ([, each]) => formatBytes(each) },
      { title: "GB, MB", cell: ([, each]) => formatDecimalBytes(each) },
      { title: "share", cell: ([, each]) => shareOf(each, total) },
    ],
    largestFirst(parts),
  );
  output.print();
}
