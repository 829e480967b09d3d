import { formatBytes, formatDecimalBytes } from "@lorank/core";
import type { Output } from "../output.ts";

/** Parts that there are, the largest first. */
export function largestFirst<Name extends string>(parts: Readonly<Record<Name, number>>): [Name, number][] {
  return (Object.entries(parts) as [Name, number][])
    .filter(([, bytes]) => bytes > 0)
    .sort(([, a], [, b]) => b - a);
}

export const shareOf = (bytes: number, total: number): string => `${((100 * bytes) / total).toFixed(1)} %`;

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
