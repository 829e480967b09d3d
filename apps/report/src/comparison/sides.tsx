/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { ComparedSide, Comparison } from "@lorank/evidence/compare";
import { integer, NONE, percent, shortHash } from "../format.ts";
import { meanAndInterval } from "../metric.ts";
import { DataTable, numberCell, scoreCell, type TableCell } from "../parts/data-table.tsx";
import { Section } from "../parts/section.tsx";
import { SourceTable } from "../parts/source-table.tsx";
import type { ShownComparison } from "./shown-comparison.ts";
import { type ComparisonProps, isCompared, unbroken } from "./shown-comparison.ts";

/** Both results: rank or arm, score, runs, choice and data. */
export function Results({ shown }: ComparisonProps) {
  const { comparison, origins } = shown;
  const cells = [comparison.first, comparison.second].map((_, index): TableCell[] => {
    const { data = NONE, examplesSha256 } = origins?.[index] ?? {};
    return [data, examplesSha256 === undefined ? NONE : shortHash(examplesSha256)];
  });
  return (
    <Section id="results" title="What was compared">
      <SideTable
        shown={shown}
        comparison={comparison}
        caption="Both results"
        further={[
          { head: "Data", words: true, optional: true },
          { head: "Examples", words: true, optional: true },
        ]}
        cells={cells}
      />
      {isCompared(comparison) && (
        <p class="fine">Each interval is of its own mean. The difference has one of its own, below.</p>
      )}
    </Section>
  );
}

/** Table of both results; `further` columns have `cells` by side. */
export function SideTable(props: {
  readonly shown: ShownComparison;
  readonly comparison: Comparison;
  readonly caption: string;
  readonly further?: Parameters<typeof DataTable>[0]["columns"];
  readonly cells?: readonly (readonly TableCell[])[];
}) {
  const { comparison, shown, caption, further = [], cells = [] } = props;
  const { metric, compared, words } = shown;
  const ownScore = (side: ComparedSide): TableCell => {
    const score = meanAndInterval(side, metric);
    // One run has no interval.
    const isAlone = score !== undefined && score.interval[0] === score.interval[1];
    return isAlone ? numberCell(score.mean, metric.value, metric.scale) : scoreCell(metric, score);
  };
  const chosen = ({ chosenFrom }: ComparedSide): string => (chosenFrom > 1 ? integer(chosenFrom) : NONE);
  return (
    <DataTable
      caption={caption}
      columns={[
        { head: "Result", words: true },
        { head: metric.title, unit: metric.valueUnit, under: `${percent(comparison.confidence)} interval` },
        { head: "Runs" },
        { head: "Chosen from", under: compared.many, optional: true },
        ...further,
      ]}
      rows={[comparison.first, comparison.second].map((side, index) => ({
        key: index,
        cells: [
          unbroken(words.names[index]!),
          ownScore(side),
          integer(side.runs),
          chosen(side),
          ...(cells[index] ?? []),
        ],
      }))}
    />
  );
}

/** Files of both results with their digests. */
export function Files({ shown: { comparison, origins } }: ComparisonProps) {
  const names = [comparison.first.name, comparison.second.name];
  const sources = (origins ?? []).flatMap(({ files }, index) =>
    files.map((file) => ({ ...file, result: names[index]! })),
  );
  if (sources.length === 0) return null;
  return (
    <Section id="files" title="Where these numbers come from">
      <SourceTable sources={sources} whereAll="" />
    </Section>
  );
}
