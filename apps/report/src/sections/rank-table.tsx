/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { counted } from "@lorank/core";
import {
  boundInUnit,
  costFigure,
  type Decision,
  type RankRole,
  type RankRow,
} from "@lorank/evidence/results";
import { type ShownCompared, shownCompared } from "../compared.ts";
import { mostCharted, mostRows, ranksLeftOut, selectRanks, whereAll } from "../data/selected.ts";
import { engineTrials } from "../data/varying.ts";
import { bytes, duration, integer, NONE, percent } from "../format.ts";
import {
  decisionMetric,
  meanAndInterval,
  type ShownMetric,
  scoreIn,
  scoreOf,
  shownMetrics,
} from "../metric.ts";
import {
  DataTable,
  numberCell,
  scaled,
  scoreCell,
  type TableCell,
  type TableColumn,
  Twin,
} from "../parts/data-table.tsx";
import { LeftOut } from "../parts/left-out.tsx";
import { Section } from "../parts/section.tsx";
import { isSweep, type Reported } from "../reported.ts";
import { mean } from "../svg/chart-parts.tsx";

export function RankTable(props: { readonly results: Reported; readonly rows: readonly RankRow[] }) {
  const { results, rows } = props;
  const shown = selectRanks(rows, results.decision, mostCharted);
  const listed = selectRanks(rows, results.decision, mostRows);
  const compared = shownCompared(results.decision);
  const { one, many, title, order } = compared;
  const isLong = shown.length < rows.length;
  const hasCosts = rows.some(({ costs }) => costs !== undefined);
  return (
    <Section id={many} title={isLong ? title : `Every ${one}`}>
      <Table results={results} rows={shown} />
      <p class="fine">
        {rows.some(({ summary }) => Number.isFinite(summary?.shortfallBound)) &&
          `May lose: no other ${one} is better by more than this, at the confidence named above. `}
        {order && `${order} `}
        {hasCosts && costsExplained(results, rows)}
      </p>
      <LeftOut
        words={[ranksLeftOut(rows, shown, compared)]}
        where={whereAll(results, listed.length === rows.length)}
      />
      {isLong && (
        <Twin of={`${listed.length === rows.length ? "All" : "More of the"} ${many} as a table`}>
          <Table results={results} rows={listed} />
          <LeftOut words={[ranksLeftOut(rows, listed, compared)]} where={whereAll(results)} />
        </Twin>
      )}
    </Section>
  );
}

function Table(props: { readonly results: Reported; readonly rows: readonly RankRow[] }) {
  const { results, rows } = props;
  const metric = decisionMetric(results);
  const others = shownMetrics(results).filter(({ name }) => name !== metric.name);
  // Outcomes by another trainer do not say why a rank lacks some.
  const isKnownToFail = isSweep(results);
  const roleOf = ({ isBet, role }: RankRow): string => {
    if (isBet) return "best bet";
    return roles[isKnownToFail || role !== "failed" ? role : "not-compared"];
  };
  const { collapsed } = results.decision;
  const compared = shownCompared(results.decision);
  const { columns, cells, role } = compared.isNamed ? armColumns(compared) : rankColumns(roleOf);
  const { untouchedBase } = results;
  const base = (by: ShownMetric): TableCell =>
    numberCell(scoreOf({ evaluation: untouchedBase }, by), by.value, by.scale);
  const hasCosts = rows.some(({ costs }) => costs !== undefined);
  return (
    <DataTable
      caption={`${hasCosts ? "Cost and quality" : "Quality"} by ${compared.by}; under each mean its ${percent(results.decision.confidence)} interval, or what it rests on instead.`}
      columns={[
        ...columns,
        { head: "Trainable", under: "parameters", optional: true },
        { head: "Adapter", under: "file", unit: "bytes", optional: true },
        { head: "Optimiser", under: "state", unit: "bytes", optional: true },
        { head: "Peak memory", under: "measured", unit: "bytes", optional: true },
        { head: "Time", under: "one run", unit: "seconds", optional: true },
        columnOf(metric),
        ...(collapsed ? [{ head: "Collapsed", under: "of the runs", optional: true }] : []),
        { head: "May lose", under: "at most", unit: metric.units, optional: true },
        ...others.map((other) => ({ ...columnOf(other), optional: true })),
        ...role,
      ]}
      rows={[
        ...rows.map((row) => ({
          key: row.rank,
          strong: row.isRecommended || row.isBet,
          cells: [
            ...cells(row),
            numberCell(row.costs?.trainableParams ?? compared.parametersOf(row.rank), integer),
            numberCell(row.costs?.adapterBytes, bytes),
            numberCell(row.costs?.optimizerBytes, bytes),
            numberCell(row.costs?.peakResidentBytes, bytes),
            numberCell(row.costs?.secondsPerTrial, duration),
            score(row, metric),
            ...(collapsed ? [collapsedCell(row, collapsed)] : []),
            numberCell(
              row.summary?.shortfallBound,
              (bound) => (bound <= 0 ? "nothing" : boundInUnit(bound, metric.name)),
              metric.scale,
            ),
            ...others.map((other) => score(row, other)),
            ...role.map(() => roleOf(row) || NONE),
          ],
        })),
        ...(untouchedBase === undefined
          ? []
          : [
              {
                key: "base",
                foot: true,
                cells: [
                  { main: "none", under: "untouched base" },
                  ...Array.from({ length: columns.length - 1 + 5 }, () => NONE),
                  base(metric),
                  ...(collapsed ? [NONE] : []),
                  NONE,
                  ...others.map(base),
                  ...role.map(() => NONE),
                ],
              },
            ]),
      ]}
    />
  );
}

/** First columns of the table with their cells, and a last one for roles that do not stand under a name. */
interface NameColumns {
  readonly columns: readonly TableColumn[];
  readonly cells: (row: RankRow) => readonly TableCell[];
  readonly role: readonly TableColumn[];
}

function rankColumns(roleOf: (row: RankRow) => string): NameColumns {
  return {
    columns: [{ head: "Rank", words: true }],
    role: [],
    cells: (row) => [{ main: String(row.rank), raw: [row.rank], under: roleOf(row) }],
  };
}

/** Columns of arms. In a CSV file a name has to stand alone, without a role. */
function armColumns({ head, cost, cell, costOf, parametersOf }: ShownCompared): NameColumns {
  return {
    columns: [
      { head, words: true },
      { head: cost?.of ?? "", optional: true },
    ],
    // A count of parameters has its own column.
    cells: ({ rank }) => [
      cell(rank),
      parametersOf(rank) === undefined ? numberCell(costOf(rank), costFigure) : NONE,
    ],
    role: [{ head: "Role", words: true, optional: true }],
  };
}

function costsExplained({ trials }: Reported, rows: readonly RankRow[]): string {
  const isEngine = engineTrials(trials).length === trials.length;
  const hasPeak = rows.some(({ costs }) => costs?.peakResidentBytes !== undefined);
  const sizes =
    "1 MB is 1,000,000 bytes. Optimiser: two float32 moments of every trainable parameter, head included. ";
  const peak = isEngine
    ? "largest resident set of a run's own process"
    : "the largest that the trainer reports";
  return `${isEngine ? sizes : ""}${hasPeak ? `Peak memory: ${peak} over the seeds. ` : ""}Time: median over the seeds of loading, training and evaluating.`;
}

const roles: Readonly<Record<RankRole, string>> = {
  recommended: "recommended",
  best: "best mean",
  "left-behind": "fell behind",
  pilot: "pilot",
  "not-trained": "not trained",
  failed: "no completed run",
  "not-compared": "not compared",
  "behind-prior": "not above the prior",
  "head-alone": "head alone",
  compared: "",
};

function score(row: RankRow, metric: ShownMetric): TableCell {
  const predicted = scoreIn(row.prediction, metric);
  if (predicted !== undefined)
    return { main: metric.value(predicted), under: "predicted", raw: scaled(metric, predicted) };
  const found = meanAndInterval(row.summary, metric);
  if (found) return scoreCell(metric, found);
  if (row.completed.length === 0) return NONE;
  const own = mean(row.completed.map((trial) => scoreOf(trial, metric)));
  return Number.isFinite(own)
    ? { main: metric.value(own), under: counted(row.completed.length, "run"), raw: scaled(metric, own) }
    : NONE;
}

function collapsedCell({ rank, summary }: RankRow, collapsed: NonNullable<Decision["collapsed"]>): TableCell {
  if (summary === undefined) return NONE;
  const runs = collapsed.filter((run) => run.rank === rank).length;
  return { main: `${runs} of ${summary.seeds}`, raw: [runs] };
}

function columnOf({ title, suffix, units, valueUnit }: ShownMetric) {
  return { head: title, under: suffix === "" ? `mean, ${units}` : "mean", unit: valueUnit };
}
