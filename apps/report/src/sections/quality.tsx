/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { MetricName, RankRow } from "@lorank/evidence/results";
import { ArmQualityChart } from "../charts/arm-quality-chart.tsx";
import { QualityChart, type QualityShown } from "../charts/quality-chart.tsx";
import { type ShownCompared, shownCompared } from "../compared.ts";
import { type RunValue, runValues } from "../data/run-values.ts";
import { evenly, mostCharted, mostSeeds, ranksLeftOut, selectRanks, whereAll } from "../data/selected.ts";
import { integer, NONE, percent } from "../format.ts";
import { isCausal, meanAndInterval, type ShownMetric, scoreIn, shownMetrics } from "../metric.ts";
import { DataTable, numberCell, scoreCell, Twin } from "../parts/data-table.tsx";
import { LeftOut } from "../parts/left-out.tsx";
import { Section } from "../parts/section.tsx";
import { isSweep, isWhole, type Reported } from "../reported.ts";

export function Quality(props: { readonly results: Reported; readonly rows: readonly RankRow[] }) {
  const { results, rows } = props;
  const selected = selectRanks(rows, results.decision, mostCharted);
  const found = shownMetrics(results).map((metric) => ({ metric, runs: runValues(rows, metric, results) }));
  // Trainers other than the engine may report no log loss.
  const charts = found.filter(
    ({ metric, runs }) =>
      runs.every(({ value }) => Number.isFinite(value)) &&
      (runs.length > 0 || rows.some((row) => meanAndInterval(row.summary, metric) !== undefined)),
  );
  if (charts.length === 0) return null;
  const { majorityShare } = results.data;
  const compared = shownCompared(results.decision);
  const isOpen = isSweep(results) && !isWhole(results);
  const ranks = new Set(selected.map(({ rank }) => rank));
  const all = numbersOf(charts[0]!.runs.filter(({ rank }) => ranks.has(rank)));
  const numbers = new Set(evenly(all, mostSeeds));
  const isShown = ({ rank, number }: RunValue): boolean => ranks.has(rank) && numbers.has(number);
  const chartOf = (shown: QualityShown) =>
    compared.isNamed ? <ArmQualityChart {...shown} compared={compared} /> : <QualityChart {...shown} />;
  const tableOf = (shown: TableShown) =>
    compared.isNamed ? <ArmTable {...shown} compared={compared} /> : <SeedTable {...shown} isOpen={isOpen} />;
  const leftOut = [ranksLeftOut(rows, selected, compared), seedsLeftOut(all.length, numbers.size)];
  return (
    <Section
      id="quality"
      title={`Quality by ${compared.by}`}
      lead={
        dotsExplained(results, charts[0]!.runs, compared) +
        (isOpen ? "" : meansExplained(results, rows, compared))
      }
    >
      <div class="pair-of-charts">
        {charts.map(({ metric, runs }) => (
          <figure key={metric.name}>
            <figcaption>
              {metric.title}
              <span>
                {metric.suffix === "" && metric.units !== metric.noun
                  ? `in ${metric.units}, the unit of ${metric.noun}; `
                  : ""}
                {metric.sign > 0 ? "higher" : "lower"} is better
              </span>
            </figcaption>
            {chartOf({
              ...{ rows: selected, runs: runs.filter(isShown), metric },
              ...(metric.isBinary && majorityShare !== undefined ? { majorityShare } : {}),
            })}
            <Footnote results={results} metric={metric} />
            <Twin of={`${metric.title} as a table`}>
              {tableOf({ rows: selected, runs: runs.filter(isShown), metric })}
            </Twin>
          </figure>
        ))}
      </div>
      <LeftOut words={leftOut} where={whereAll(results)} />
    </Section>
  );
}

interface Baseline {
  /** Baseline answer that ignores the example, in words. */
  readonly constantAnswer: string;
  readonly scoreIn: (results: Reported) => number | undefined;
  /** Sentence on how the metric counts tokens, shown in place of the baseline for responses. */
  readonly tokenNote: (many: string) => string;
}

const baselines: Partial<Record<MetricName, Baseline>> = {
  accuracy: {
    constantAnswer: "Always answering the most frequent class",
    scoreIn: ({ data }) => data.majorityShare,
    tokenNote: () =>
      "The mean over examples of the share of their tokens that is right. Training tools often print the share of all " +
      "tokens, in which a long response weighs more.",
  },
  "log-loss": {
    constantAnswer: "Giving every example the shares of the classes",
    scoreIn: ({ decision: { classPrior } }) =>
      classPrior?.source === "labels" ? classPrior.logLoss : undefined,
    tokenNote: (many) =>
      `Per token of this model's tokeniser: it compares ${many} of this model and is not comparable with a model that ` +
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
  return baseline && isCausal(results) ? (
    <p class="fine">{baseline.tokenNote(shownCompared(results.decision).many)}</p>
  ) : null;
}

/** Sentence on dots and thin lines; another trainer's seeds may decide anything. */
function dotsExplained(results: Reported, runs: readonly RunValue[], { isNamed }: ShownCompared): string {
  if (runs.length === 0) return "";
  if (isNamed) return "Each small dot is one run. ";
  const joined = "Each small dot is one run; a thin line joins the runs of one seed";
  if (isSweep(results)) return `${joined}, which saw the same data in the same order. `;
  const seeds = runs.flatMap(({ seed }) => seed ?? []);
  return new Set(seeds).size < seeds.length ? `${joined}. ` : "Each small dot is one run. ";
}

function meansExplained(
  { decision }: Reported,
  rows: readonly RankRow[],
  { many, order = "" }: ShownCompared,
): string {
  const diamond = " An open diamond is the prediction for a rank that was not trained.";
  return `The large dot is the mean over seeds, its bar the ${percent(decision.confidence)} interval. Bars that overlap do not mean that ${many} are equal: pairs are compared in the next section.${rows.some((row) => row.prediction) ? diamond : ""} ${order}`.trimEnd();
}

/** Run seeds, or numbers within ranks, ascending. */
function numbersOf(runs: readonly RunValue[]): number[] {
  return [...new Set(runs.map(({ number }) => number))].sort((a, b) => a - b);
}

function seedsLeftOut(all: number, shown: number): string | undefined {
  if (shown === all) return undefined;
  return `${integer(shown)} of ${integer(all)} seeds are shown, evenly chosen; means are of all.`;
}

type TableShown = Pick<QualityShown, "rows" | "runs" | "metric">;

/** Runs of arms: a row each, since names would make wide columns. */
function ArmTable(props: TableShown & { readonly compared: ShownCompared }) {
  const { rows, runs, metric, compared } = props;
  const run = runs.every(({ seed }) => seed !== undefined) ? "seed" : "run";
  const unit = metric.valueUnit;
  const values = valuesOf(runs);
  return (
    <DataTable
      caption={`${metric.title} by ${compared.by} and ${run}`}
      columns={[
        { head: compared.head, words: true },
        { head: "mean", under: "and interval", unit, optional: true },
        ...numbersOf(runs).map((number) => ({ head: `${run} ${number}`, unit })),
      ]}
      rows={rows.map(({ rank, summary, isRecommended }) => ({
        key: rank,
        strong: isRecommended,
        cells: [
          compared.cell(rank),
          scoreCell(metric, meanAndInterval(summary, metric)),
          ...numbersOf(runs).map((number) => numberCell(values(rank, number), metric.value, metric.scale)),
        ],
      }))}
    />
  );
}

function valuesOf(runs: readonly RunValue[]): (rank: number, number: number) => number | undefined {
  const values = new Map(runs.map(({ rank, number, value }) => [`${rank} ${number}`, value]));
  return (rank, number) => values.get(`${rank} ${number}`);
}

function SeedTable(
  props: TableShown & {
    /** True if runs are missing: then no means are shown. */
    readonly isOpen: boolean;
  },
) {
  const { rows, runs, metric, isOpen } = props;
  const hasSeeds = runs.every(({ seed }) => seed !== undefined);
  const values = valuesOf(runs);
  const scores = rows.map((row) => meanAndInterval(row.summary, metric));
  return (
    <DataTable
      caption={`${metric.title} by ${hasSeeds ? "seed" : "run"} and rank`}
      columns={[
        { head: hasSeeds ? "Seed" : "Run", words: true },
        ...rows.map((row) => ({ head: `rank ${row.rank}`, unit: metric.valueUnit })),
      ]}
      rows={[
        ...numbersOf(runs).map((number) => ({
          key: number,
          cells: [
            String(number),
            ...rows.map(({ rank }) => numberCell(values(rank, number), metric.value, metric.scale)),
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
      ].filter((row) => !isOpen || !("foot" in row))}
    />
  );
}
