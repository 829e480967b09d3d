/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { counted } from "@lorank/core";
import type { RankRow, TrialResult } from "@lorank/evidence/results";
import { type ShownCompared, shownCompared } from "../compared.ts";
import { evenly, mostCharted, mostRows, selectRanks, whereAll } from "../data/selected.ts";
import { bytes, duration, integer, NONE } from "../format.ts";
import { scoreOf, shownMetrics } from "../metric.ts";
import { DataTable, numberCell, type TableRow, Twin } from "../parts/data-table.tsx";
import { LeftOut } from "../parts/left-out.tsx";
import { Section } from "../parts/section.tsx";
import { isSweep, type Reported } from "../reported.ts";
import type { AdapterFolder } from "./use-it.tsx";

const mostRuns = 1000;

/** Table of runs; first those that diverged or otherwise failed. */
export function Runs(props: {
  readonly results: Reported;
  readonly rows: readonly RankRow[];
  readonly adapters: readonly AdapterFolder[];
}) {
  const { results, rows, adapters } = props;
  if (!isSweep(results)) return null;
  const compared = shownCompared(results.decision);
  const failures = failureRows(rows, compared);
  const unusable = failures.slice(0, mostRows);
  const runs = shownRuns(results, rows);
  const completed = rows.reduce((sum, row) => sum + row.completed.length, 0);
  const metrics = shownMetrics(results);
  const lead =
    failures.length > 0
      ? `${counted(completed, "run")} completed, ${integer(failures.length)} did not.`
      : completed === 0
        ? "These results hold no runs."
        : `All ${counted(completed, "planned run")} completed.`;
  return (
    <Section id="runs" title="Runs" lead={lead}>
      {failures.length > 0 && (
        <DataTable
          caption="Runs without a usable outcome"
          columns={[
            { head: compared.head, words: true },
            { head: "Seed" },
            { head: "What happened", words: true },
            { head: "Run", words: true },
          ]}
          rows={unusable}
        />
      )}
      <LeftOut words={[runsLeftOut(failures, unusable)]} where={whereAll(results)} />
      {results.trials.length > 0 && (
        <Twin
          of={
            runs.length < results.trials.length
              ? "Runs as a table"
              : `All ${counted(runs.length, "run")} as a table`
          }
        >
          <DataTable
            caption={runs.length < results.trials.length ? "Runs with a result" : "Every run with a result"}
            columns={[
              { head: compared.head, words: true },
              { head: "Seed" },
              { head: "Status", words: true },
              ...metrics.map(({ title, valueUnit: unit }) => ({ head: title, unit })),
              { head: "Steps" },
              { head: "Time", unit: "seconds" },
              { head: "Peak memory", unit: "bytes" },
              { head: "Run", words: true },
              { head: "Adapter", words: true, optional: true },
            ]}
            rows={runs.map((trial) => ({
              key: trial.trialId,
              cells: [
                compared.cell(compared.numberOf(trial.spec)),
                String(trial.spec.seed),
                statusOf(trial),
                ...metrics.map((metric) => numberCell(scoreOf(trial, metric), metric.value, metric.scale)),
                numberCell(trial.steps, integer),
                numberCell(trial.measured.seconds.total, duration),
                numberCell(trial.measured.peakResidentBytes || undefined, bytes),
                trial.trialId.slice(0, 12),
                adapters.find(
                  ({ rank, seed }) => rank === compared.numberOf(trial.spec) && seed === trial.spec.seed,
                )?.folder ?? NONE,
              ],
            }))}
          />
          <LeftOut words={[runsLeftOut(results.trials, runs)]} where={whereAll(results)} />
        </Twin>
      )}
    </Section>
  );
}

/** Runs at all ranks, or at charted ranks if there are too many. */
function shownRuns({ trials, decision }: Reported, rows: readonly RankRow[]): readonly TrialResult[] {
  if (trials.length <= mostRuns) return trials;
  const ranks = new Set(selectRanks(rows, decision, mostCharted).map(({ rank }) => rank));
  const { numberOf } = shownCompared(decision);
  return evenly(
    trials.filter(({ spec }) => ranks.has(numberOf(spec))),
    mostRuns,
  );
}

function runsLeftOut(all: readonly unknown[], shown: readonly unknown[]): string | undefined {
  if (shown.length === all.length) return undefined;
  return `${integer(shown.length)} of ${integer(all.length)} runs are listed.`;
}

function failureRows(rows: readonly RankRow[], { cell }: ShownCompared): TableRow[] {
  return rows.flatMap((row) => [
    ...row.failed.map((trial) => ({
      key: trial.trialId,
      cells: [cell(row.rank), String(trial.spec.seed), statusOf(trial), trial.trialId.slice(0, 12)],
    })),
    ...row.missingSeeds.map((seed) => ({
      key: `${row.rank}-${seed}`,
      cells: [cell(row.rank), String(seed), "no result: not run, or failed every attempt", NONE],
    })),
  ]);
}

function statusOf(trial: TrialResult): string {
  switch (trial.status) {
    case "completed":
      return "completed";
    case "out-of-memory":
      return "ran out of memory";
    case "diverged":
      return trial.divergedAtStep === undefined
        ? "diverged: the loss stopped being finite"
        : `diverged: the loss stopped being finite at step ${integer(trial.divergedAtStep)}`;
  }
}
