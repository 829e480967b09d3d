/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { RankCosts, RankRow } from "@lorank/core/results";
import { CostChart } from "../charts/cost-chart.tsx";
import { bytes, count, duration, integer } from "../format.ts";
import { DataTable, numberCell, Twin } from "../parts/data-table.tsx";
import { Section } from "../parts/section.tsx";

interface Cost {
  readonly title: string;
  readonly unit?: string;
  readonly read: (costs: RankCosts) => number | undefined;
  readonly write: (value: number) => string;
  /** More exact than the chart's. */
  readonly writeInTable: (value: number) => string;
}

const COSTS: readonly Cost[] = [
  {
    title: "Trainable parameters",
    read: (costs) => costs.trainableParams,
    write: count,
    writeInTable: integer,
  },
  {
    title: "Adapter file",
    unit: "bytes",
    read: (costs) => costs.adapterBytes,
    write: bytes,
    writeInTable: bytes,
  },
  {
    title: "Optimiser state",
    unit: "bytes",
    read: (costs) => costs.optimizerBytes,
    write: bytes,
    writeInTable: bytes,
  },
  {
    title: "Peak memory, predicted",
    unit: "bytes",
    read: (costs) => costs.predictedResidentBytes,
    write: bytes,
    writeInTable: bytes,
  },
  {
    title: "Peak memory, measured",
    unit: "bytes",
    read: (costs) => costs.peakResidentBytes,
    write: bytes,
    writeInTable: bytes,
  },
  {
    title: "Time of one run",
    unit: "seconds",
    read: (costs) => costs.secondsPerTrial,
    write: duration,
    writeInTable: duration,
  },
];

/** Another trainer may say nothing but its time. */
const whatGrows =
  "Parameters, adapter and optimiser state grow with the rank. Peak memory and time hold the frozen base model as well.";

/** Costs of each rank, as bars from zero. */
export function CostSection(props: { readonly rows: readonly RankRow[] }) {
  const rows = props.rows.filter((row) => row.costs);
  if (rows.length === 0) return null;
  const costs = COSTS.filter((cost) => rows.some((row) => row.costs && cost.read(row.costs) !== undefined));
  const amountOf = (row: RankRow, cost: Cost) => (row.costs ? cost.read(row.costs) : undefined);
  return (
    <Section id="cost" title="Cost by rank" lead={costs.length > 1 ? whatGrows : undefined}>
      <figure>
        <div class="panels">
          {costs.map((cost) => (
            <CostChart
              key={cost.title}
              title={cost.title}
              write={cost.write}
              bars={rows.map((row) => ({
                rank: row.rank,
                isRecommended: row.isRecommended,
                value: amountOf(row, cost),
              }))}
            />
          ))}
        </div>
        <Twin of="Cost as a table">
          <DataTable
            caption="Cost by rank in numbers"
            columns={[
              { head: "Rank", words: true },
              ...costs.map(({ title, unit }) => ({ head: title, ...(unit ? { unit } : {}) })),
            ]}
            rows={rows.map((row) => ({
              key: row.rank,
              strong: row.isRecommended,
              cells: [
                String(row.rank),
                ...costs.map((cost) => numberCell(amountOf(row, cost), cost.writeInTable)),
              ],
            }))}
          />
        </Twin>
      </figure>
    </Section>
  );
}
