import type { PreviewRow } from "@lorank/core/decide";
import { inUnit, metrics } from "@lorank/core/results";
import type { Output } from "../output.ts";
import { type Column, renderTable } from "../table.ts";
import { counted, wholeNumber, wrap } from "../text.ts";
import type { Design, NoiseCase } from "./design.ts";
import type { Runs } from "./read-runs.ts";
import {
  canShowWords,
  caseName,
  disagreementName,
  fewestWords,
  headline,
  needWords,
  noiseWords,
  nothingKnownWords,
  oneSeedWords,
} from "./words.ts";

/** Prints what the design can show, and what the margin needs. */
export function printDesign(
  design: Design,
  cases: readonly NoiseCase[],
  runs: Runs | undefined,
  output: Output,
): void {
  const { print, colours } = output;
  const say = (text: string): void => print(wrap(text, Math.min(output.columns, 100)));
  if (cases.length === 0) {
    say(nothingKnownWords(design));
    return;
  }
  print(colours.bold(headline(design)));
  say(noiseWords(cases, runs));
  if (design.method !== undefined)
    say(`These figures are a grid's: a ${design.method} shares its error in another way.`);
  print();
  print(rowsTable(design, cases, colours.dim));
  say(colours.dim(oneSeedWords(design)));
  print();
  print(needsTable(design, cases, colours.dim));
  print();
  // Where several noises are assumed, the sentence is about the middle one.
  say(canShowWords(design, cases[Math.floor(cases.length / 2)]!));
  const never = needWords(design, cases);
  if (never !== undefined) {
    say(colours.yellow(never));
  }
}

function needsTable(
  { margin, metric, seeds, examples, limit }: Design,
  cases: readonly NoiseCase[],
  dim: (line: string) => string,
): string {
  const count = (value: number | undefined): string =>
    value === undefined ? "no number" : wholeNumber(value);
  const beyond = `more than ${wholeNumber(limit?.examples ?? 0)}`;
  return renderTable<NoiseCase>(
    [
      { title: `a margin of ${inUnit(margin, metric)} needs`, align: "left", cell: disagreementName },
      {
        title: `seeds with ${counted(examples, "example")}`,
        cell: ({ preview }) => count(preview.needs.seeds),
      },
      {
        title: `examples with ${counted(seeds, "seed")}`,
        cell: ({ preview, within }) =>
          preview.needs.examples === within.examples ? count(within.examples) : beyond,
      },
      { title: "fewest outcomes", cell: ({ within }) => fewestWords(within.design) },
      { title: "examples, one seed*", cell: ({ preview }) => count(preview.needs.oneSeedExamples) },
    ],
    cases,
    { title: dim },
  );
}

function rowsTable({ metric }: Design, cases: readonly NoiseCase[], dim: (line: string) => string): string {
  const seedCounts = cases[0]!.preview.rows.map(({ seeds }) => seeds);
  const column =
    (what: string, pick: (row: PreviewRow) => number) =>
    (one: NoiseCase): Column<number> => ({
      title: `${what}${caseName(one)}`,
      cell: (seeds) => {
        const row = one.preview.rows.find((candidate) => candidate.seeds === seeds)!;
        return metrics[metric].differenceCell(pick(row)) + (row.claims ? " " : "*");
      },
    });
  const columns: Column<number>[] = [
    { title: "seeds", cell: (seeds) => String(seeds) },
    ...cases.map(column("finds", ({ difference }) => difference)),
    ...cases.map(column("margin", ({ certifiableMargin }) => certifiableMargin)),
  ];
  return renderTable(columns, seedCounts, { title: dim });
}
