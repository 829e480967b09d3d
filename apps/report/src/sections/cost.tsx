/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { RankCosts, RankRow } from "@lorank/evidence/results";
import { CostChart } from "../charts/cost-chart.tsx";
import { shownCompared } from "../compared.ts";
import { mostCharted, mostRows, ranksLeftOut, selectRanks, whereAll } from "../data/selected.ts";
import { bytes, count, duration, integer } from "../format.ts";
import { DataTable, numberCell, Twin } from "../parts/data-table.tsx";
import { LeftOut } from "../parts/left-out.tsx";
import { Section } from "../parts/section.tsx";
import type { Reported } from "../reported.ts";

interface Cost {
  readonly title: string;
  readonly unit?: string;
  readonly name: keyof RankCosts;
  readonly write: (value: number) => string;
  /** Formatter more exact than the chart's. (default: the same) */
  readonly writeInTable?: (value: number) => string;
}

const COSTS: readonly Cost[] = [
  { title: "Trainable parameters", name: "trainableParams", write: count, writeInTable: integer },
  { title: "Adapter file", name: "adapterBytes", write: bytes, unit: "bytes" },
  { title: "Optimiser state", name: "optimizerBytes", write: bytes, unit: "bytes" },
  { title: "Peak memory, predicted", name: "predictedResidentBytes", write: bytes, unit: "bytes" },
  { title: "Peak memory, measured", name: "peakResidentBytes", write: bytes, unit: "bytes" },
  { title: "Time of one run", name: "secondsPerTrial", write: duration, unit: "seconds" },
];

/** Sentences above the cost charts, if there is more than time. */
const whatGrows = "Parameters, adapter and optimiser state grow with the rank. ";
const whatIsFixed = "Peak memory and time hold the frozen base model as well.";

export function CostSection(props: { readonly results: Reported; readonly rows: readonly RankRow[] }) {
  const { results } = props;
  const rows = props.rows.filter((row) => row.costs);
  if (rows.length === 0) return null;
  const charted = selectRanks(rows, results.decision, mostCharted);
  const listed = selectRanks(rows, results.decision, mostRows);
  const compared = shownCompared(results.decision);
  const costs = COSTS.filter(({ name }) => rows.some((row) => row.costs?.[name] !== undefined));
  return (
    <Section
      id="cost"
      title={`Cost by ${compared.one}`}
      lead={costs.length > 1 ? (compared.isNamed ? "" : whatGrows) + whatIsFixed : undefined}
    >
      <figure>
        <div class="panels">
          {costs.map((cost) => (
            <CostChart
              key={cost.title}
              title={cost.title}
              write={cost.write}
              compared={compared}
              bars={charted.map((row) => ({
                rank: row.rank,
                isRecommended: row.isRecommended,
                value: row.costs?.[cost.name],
              }))}
            />
          ))}
        </div>
        <LeftOut
          words={[ranksLeftOut(rows, charted, compared)]}
          where={whereAll(results, listed.length === rows.length)}
        />
        <Twin of="Cost as a table">
          <DataTable
            caption={`Cost by ${compared.one} in numbers`}
            columns={[
              { head: compared.head, words: true },
              ...costs.map(({ title, unit }) => ({ head: title, ...(unit ? { unit } : {}) })),
            ]}
            rows={listed.map((row) => ({
              key: row.rank,
              strong: row.isRecommended,
              cells: [
                compared.cell(row.rank),
                ...costs.map((cost) => numberCell(row.costs?.[cost.name], cost.writeInTable ?? cost.write)),
              ],
            }))}
          />
          <LeftOut words={[ranksLeftOut(rows, listed, compared)]} where={whereAll(results)} />
        </Twin>
      </figure>
    </Section>
  );
}
