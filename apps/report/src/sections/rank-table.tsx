/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { Results } from "@lorank/core/results";
import { ranksBehindPrior } from "../data/class-prior-words.ts";
import { mean, type RankRow } from "../data/rank-rows.ts";
import { leftBehind, pilotRanks } from "../data/runs-of-method.ts";
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
import { percent } from "../words.ts";

/** What each rank costs and what it brings, all in one place. */
export function RankTable(props: { readonly results: Results; readonly rows: readonly RankRow[] }) {
  const { results, rows } = props;
  const accuracy = accuracyMetric(results);
  const logLoss = logLossMetric(results);
  const metric = decisionMetric(results);
  const { bestRank } = results.decision;
  const behind = leftBehind(results);
  const pilots = pilotRanks(results);
  const idle = ranksBehindPrior(results.decision);
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
          { head: bestRank === null ? "To the best" : `To rank ${bestRank}`, under: metric.unit },
        ]}
        rows={rows.map((row) => ({
          key: row.rank,
          strong: row.isRecommended,
          cells: [
            {
              main: String(row.rank),
              under: pilots.includes(row.rank) ? "pilot" : roleOf(row, behind.includes(row.rank), idle),
            },
            orNone(row.cost?.trainableParams, integer),
            orNone(row.cost?.adapterBytes, bytes),
            orNone(row.cost?.optimizerBytes, megabytes),
            orNone(row.cost?.peakBytes, bytes),
            orNone(row.cost?.seconds, duration),
            score(row, accuracy),
            score(row, logLoss),
            difference(row, metric),
          ],
        }))}
      />
      <p class="fine">
        1 MB is 1,000,000 bytes. Optimiser: two float32 moments of every trainable parameter, head included.
        Peak memory: largest resident set of a run's own process over the seeds. Time: mean over the seeds of
        loading, training and evaluating.
      </p>
    </Section>
  );
}

function roleOf(row: RankRow, isBehind: boolean, idle: readonly number[]): string {
  if (row.isRecommended) return "recommended";
  if (isBehind) return "fell behind";
  if (row.prediction) return "not trained";
  if (!row.summary) return row.completed.length === 0 ? "no completed run" : "not compared";
  if (idle.includes(row.rank)) return "not above the prior";
  return row.rank === 0 ? "head alone" : "";
}

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
