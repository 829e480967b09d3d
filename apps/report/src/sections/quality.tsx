/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { MetricName, RankRow } from "@lorank/core/results";
import { QualityChart } from "../charts/quality-chart.tsx";
import { evenly, keptRanks, mostCharted, mostSeeds, ranksLeftOut, whereAll } from "../data/kept.ts";
import { integer, NONE, percent } from "../format.ts";
import { isCausal, meanAndInterval, type ShownMetric, scoreIn, scoreOf, shownMetrics } from "../metric.ts";
import { DataTable, numberCell, Twin } from "../parts/data-table.tsx";
import { LeftOut } from "../parts/left-out.tsx";
import { Section } from "../parts/section.tsx";
import type { Reported } from "../reported.ts";

/** Accuracy and log loss by rank, run by run. */
export function Quality(props: { readonly results: Reported; readonly rows: readonly RankRow[] }) {
  const { results, rows } = props;
  const hasRuns = rows.some((row) => row.completed.length > 0);
  // Other trainers may report no log loss.
  const isKnown = (metric: ShownMetric): boolean =>
    rows.every((row) => row.completed.every((trial) => Number.isFinite(scoreOf(trial, metric))));
  const metrics = shownMetrics(results).filter(
    (metric) =>
      isKnown(metric) && (hasRuns || rows.some((row) => meanAndInterval(row.summary, metric) !== undefined)),
  );
  const { majorityShare } = results.data;
  const kept = keptRanks(rows, results.decision, mostCharted);
  const all = seedsOf(kept);
  const seeds = evenly(all, mostSeeds);
  const shown = seeds === all ? kept : kept.map((row) => onlySeeds(row, seeds));
  const leftOut = [ranksLeftOut(rows, kept), seedsLeftOut(all, seeds)];
  if (metrics.length === 0) return null;
  return (
    <Section
      id="quality"
      title="Quality by rank"
      lead={`${hasRuns ? "Each small dot is one run; a thin line joins the runs of one seed, which saw the same data in the same order. " : ""}The large dot is the mean over seeds, its bar the ${percent(results.decision.confidence)} interval. Bars that overlap do not mean that ranks are equal: pairs are compared in the next section.${rows.some((row) => row.prediction) ? " An open diamond is the prediction for a rank that was not trained." : ""}`}
    >
      <div class="pair-of-charts">
        {metrics.map((metric) => (
          <figure key={metric.name}>
            <figcaption>
              {metric.title}
              <span>
                {metric.suffix === "" ? `in ${metric.units}, the unit of ${metric.noun}; ` : ""}
                {metric.sign > 0 ? "higher" : "lower"} is better
              </span>
            </figcaption>
            <QualityChart
              rows={shown}
              metric={metric}
              {...(metric.isBinary && majorityShare !== undefined ? { majorityShare } : {})}
            />
            <Footnote results={results} metric={metric} />
            <LeftOut words={leftOut} where={whereAll(results)} />
            <Twin of={`${metric.title} as a table`}>
              <SeedTable rows={shown} metric={metric} />
            </Twin>
          </figure>
        ))}
      </div>
    </Section>
  );
}

/** Baseline of a metric's scores. */
interface Baseline {
  /** An answer that is the same for every example. */
  readonly constantAnswer: string;
  /** Its score; undefined if unknown. */
  readonly scoreIn: (results: Reported) => number | undefined;
  /** Added where examples are responses of many tokens. */
  readonly tokenNote: string;
}

const baselines: Partial<Record<MetricName, Baseline>> = {
  accuracy: {
    constantAnswer: "Always answering the most frequent class",
    scoreIn: ({ data }) => data.majorityShare,
    tokenNote:
      "The mean over examples of the share of their tokens that is right. Training tools often print the share of all " +
      "tokens, in which a long response weighs more.",
  },
  "log-loss": {
    constantAnswer: "Giving every example the shares of the classes",
    scoreIn: ({ decision: { classPrior } }) =>
      classPrior?.source === "labels" ? classPrior.logLoss : undefined,
    tokenNote:
      "Per token of this model's tokeniser: it compares ranks of this model and is not comparable with a model that " +
      "splits text into other tokens.",
  },
};

function Footnote(props: { readonly results: Reported; readonly metric: ShownMetric }) {
  const { results, metric } = props;
  const baseline = baselines[metric.name];
  const score = baseline?.scoreIn(results);
  if (baseline && score !== undefined)
    return (
      <p class="fine">
        {baseline.constantAnswer} would score {metric.value(score)}.
      </p>
    );
  return baseline && isCausal(results) ? <p class="fine">{baseline.tokenNote}</p> : null;
}

/** Seeds of the completed runs, ascending. */
function seedsOf(rows: readonly RankRow[]): number[] {
  const seeds = rows.flatMap((row) => row.completed.map((trial) => trial.spec.seed));
  return [...new Set(seeds)].sort((a, b) => a - b);
}

function onlySeeds(row: RankRow, seeds: readonly number[]): RankRow {
  return { ...row, completed: row.completed.filter(({ spec }) => seeds.includes(spec.seed)) };
}

function seedsLeftOut(all: readonly number[], shown: readonly number[]): string | undefined {
  if (shown.length === all.length) return undefined;
  return `${integer(shown.length)} of ${integer(all.length)} seeds are shown, evenly chosen; means are of all.`;
}

/** Seeds down, ranks across. */
function SeedTable(props: { readonly rows: readonly RankRow[]; readonly metric: ShownMetric }) {
  const { rows, metric } = props;
  const seeds = seedsOf(rows);
  const scores = rows.map((row) => meanAndInterval(row.summary, metric));
  return (
    <DataTable
      caption={`${metric.title} by seed and rank`}
      columns={[
        { head: "Seed", words: true },
        ...rows.map((row) => ({ head: `rank ${row.rank}`, unit: metric.valueUnit })),
      ]}
      rows={[
        ...seeds.map((seed) => ({
          key: seed,
          cells: [
            String(seed),
            ...rows.map((row) => {
              const trial = row.completed.find((candidate) => candidate.spec.seed === seed);
              return numberCell(trial && scoreOf(trial, metric), metric.value, metric.scale);
            }),
          ],
        })),
        {
          key: "mean",
          foot: true,
          strong: true,
          cells: ["mean", ...scores.map((score) => numberCell(score?.mean, metric.value, metric.scale))],
        },
        ...(rows.some((row) => row.prediction)
          ? [
              {
                key: "predicted",
                foot: true,
                cells: [
                  "predicted",
                  ...rows.map((row) =>
                    numberCell(scoreIn(row.prediction, metric), metric.value, metric.scale),
                  ),
                ],
              },
            ]
          : []),
        {
          key: "interval",
          foot: true,
          cells: ["interval", ...scores.map((score) => (score ? metric.interval(score.interval) : NONE))],
        },
      ]}
    />
  );
}
