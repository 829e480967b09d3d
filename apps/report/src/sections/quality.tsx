/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { Results } from "@lorank/core/results";
import { QualityChart } from "../charts/quality-chart.tsx";
import type { RankRow } from "../data/rank-rows.ts";
import { NONE } from "../format.ts";
import { accuracyMetric, logLossMetric, type Metric, meanAndInterval, orNone, scoreOf } from "../metric.ts";
import { DataTable, Twin } from "../parts/data-table.tsx";
import { Section } from "../parts/section.tsx";
import { percent } from "../words.ts";

/** Accuracy and log loss by rank, run by run. */
export function Quality(props: { readonly results: Results; readonly rows: readonly RankRow[] }) {
  const { results, rows } = props;
  const metrics = [accuracyMetric(results), logLossMetric(results)];
  const { majorityShare } = results.data;
  return (
    <Section
      id="quality"
      title="Quality by rank"
      lead={`Each small dot is one run; a thin line joins the runs of one seed, which saw the same data in the same order. The large dot is the mean over seeds, its bar the ${percent(results.decision.confidence)} interval.`}
    >
      <div class="pair-of-charts">
        {metrics.map((metric) => (
          <figure key={metric.name}>
            <figcaption>
              {metric.title}
              <span>{metric.better === 1 ? "higher is better" : "nats, lower is better"}</span>
            </figcaption>
            <QualityChart
              rows={rows}
              metric={metric}
              {...(metric.name === "accuracy" && majorityShare !== undefined ? { majorityShare } : {})}
            />
            <Twin of={`${metric.title} as a table`}>
              <SeedTable rows={rows} metric={metric} />
            </Twin>
          </figure>
        ))}
      </div>
    </Section>
  );
}

/** Seeds down, ranks across. */
function SeedTable(props: { readonly rows: readonly RankRow[]; readonly metric: Metric }) {
  const { rows, metric } = props;
  const seeds = [...new Set(rows.flatMap((row) => row.completed.map((trial) => trial.spec.seed)))].sort(
    (a, b) => a - b,
  );
  const scores = rows.map((row) => meanAndInterval(row.summary, metric));
  return (
    <DataTable
      quietCaption
      caption={`${metric.title} by seed and rank`}
      columns={[{ head: "Seed", words: true }, ...rows.map((row) => ({ head: `rank ${row.rank}` }))]}
      rows={[
        ...seeds.map((seed) => ({
          key: seed,
          cells: [
            String(seed),
            ...rows.map((row) => {
              const trial = row.completed.find((candidate) => candidate.spec.seed === seed);
              return orNone(trial && scoreOf(trial, metric), metric.value);
            }),
          ],
        })),
        {
          key: "mean",
          strong: true,
          cells: ["mean", ...scores.map((score) => orNone(score?.mean, metric.value))],
        },
        {
          key: "interval",
          cells: ["interval", ...scores.map((score) => (score ? metric.interval(score.interval) : NONE))],
        },
      ]}
    />
  );
}
