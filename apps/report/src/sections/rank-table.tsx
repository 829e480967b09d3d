/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { percent, type RankRole, type RankRow, type Results } from "@lorank/core/results";
import { bytes, duration, integer, megabytes, NONE, plural } from "../format.ts";
import {
  accuracyMetric,
  decisionMetric,
  logLossMetric,
  type Metric,
  meanAndInterval,
  orNone,
  qualityOf,
  scoreOf,
} from "../metric.ts";
import { type Cell, DataTable } from "../parts/data-table.tsx";
import { Section } from "../parts/section.tsx";
import { mean } from "../svg/numbers.ts";

/** What each rank costs and what it brings, all in one place. */
export function RankTable(props: { readonly results: Results; readonly rows: readonly RankRow[] }) {
  const { results, rows } = props;
  const accuracy = accuracyMetric(results);
  const logLoss = logLossMetric(results);
  const metric = decisionMetric(results);
  const { bestRank } = results.decision;
  return (
    <Section id="ranks" title="Every rank">
      <DataTable
        caption={`Cost and quality by rank; under each mean its ${percent(results.decision.confidence)} interval, or what it rests on instead.`}
        columns={[
          { head: "Rank", words: true },
          { head: "Trainable", under: "parameters" },
          { head: "Adapter", under: "file" },
          { head: "Optimiser", under: "MB" },
          { head: "Peak memory", under: "measured" },
          { head: "Time", under: "one run" },
          { head: accuracy.title, under: "mean" },
          { head: logLoss.title, under: "mean, nats" },
          {
            head: "Difference",
            under: bestRank === null ? metric.unit : `to rank ${bestRank}, ${metric.unit}`,
          },
        ]}
        rows={rows.map((row) => ({
          key: row.rank,
          strong: row.isRecommended,
          cells: [
            {
              main: String(row.rank),
              under: roles[row.role],
            },
            orNone(row.costs?.trainableParams, integer),
            orNone(row.costs?.adapterBytes, bytes),
            orNone(row.costs?.optimizerBytes, megabytes),
            orNone(row.costs?.peakResidentBytes, bytes),
            orNone(row.costs?.secondsPerTrial, duration),
            score(row, accuracy),
            score(row, logLoss),
            difference(row, metric),
          ],
        }))}
      />
      <p class="fine">
        1 MB is 1,000,000 bytes. Optimiser: two float32 moments of every trainable parameter, head included.
        Peak memory: largest resident set of a run's own process over the seeds. Time: median over the seeds
        of loading, training and evaluating.
      </p>
    </Section>
  );
}

/** Under the rank; the best says so in its difference. */
const roles: Readonly<Record<RankRole, string>> = {
  recommended: "recommended",
  best: "",
  "left-behind": "fell behind",
  pilot: "pilot",
  "not-trained": "not trained",
  failed: "no completed run",
  "not-compared": "not compared",
  "behind-prior": "not above the prior",
  "head-alone": "head alone",
  compared: "",
};

function score(row: RankRow, metric: Metric): Cell {
  const predicted = row.prediction && qualityOf(row.prediction, metric);
  if (predicted !== undefined) return { main: metric.value(predicted), under: "predicted" };
  const found = meanAndInterval(row.summary, metric);
  if (found) return { main: metric.value(found.mean), under: metric.interval(found.interval) };
  if (row.completed.length === 0) return NONE;
  const own = mean(row.completed.map((trial) => scoreOf(trial, metric)));
  return { main: orNone(own, metric.value), under: plural(row.completed.length, "run") };
}

function difference(row: RankRow, metric: Metric): Cell {
  if (!row.summary) return NONE;
  if (row.isBest) return "best mean";
  const { differenceToBest, differenceInterval } = row.summary;
  return { main: metric.difference(differenceToBest), under: metric.differenceInterval(differenceInterval) };
}
