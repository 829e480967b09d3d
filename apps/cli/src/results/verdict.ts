import { formatCount, formatDecimalBytes } from "@lorank/core";
import {
  boundInUnit,
  type Claim,
  comparedIn,
  costFigure,
  courseOf,
  type Decision,
  figure,
  inBrief,
  inWords,
  isLimitSign,
  isSettled,
  kindInWords,
  limitsPage,
  type Metric,
  meanAndInterval,
  metricOf,
  metricsBeside,
  parametersCost,
  type RankCosts,
  type RankPrediction,
  type RankRow,
  type RankScore,
  type RankSummary,
  type Results,
  rankRows,
  scoreIn,
} from "@lorank/evidence/results";
import { type Page, renderTable, type TextColumn } from "../output.ts";
import { rankColumn } from "../rank-column.ts";
import { duration, moreWords, withoutMiddle, wrap } from "../text.ts";
import { secondaryColumns } from "./secondary-cells.ts";

/**
 * Prints a verdict: headline, findings and cautions; `all` prints every claim in full, a paragraph per topic. (default:
 * false)
 */
export function printVerdict(
  decision: Decision,
  claims: readonly Claim[],
  { print, colours, columns }: Page,
  all = false,
): void {
  const on = (topic: Claim["topic"]) => claims.filter((one) => one.topic === topic);
  const [answer, ...reasons] = on("verdict");
  const width = Math.min(columns, 100);
  const headline = wrap(
    `Verdict: ${kindInWords(decision)}. ${answer === undefined ? "" : inWords(answer)}`,
    width,
  );
  const isNamed = answer?.kind === "enough" || (answer?.kind === "recommended" && isSettled(decision));
  const isSure = isNamed && decision.weakEvidence === undefined;
  print(colours.bold(isSure ? colours.green(headline) : colours.yellow(headline)));
  const cautions = on("caution");
  const lastSign = cautions.findLast(isLimitSign);
  const cautioned = (write: (claim: Claim) => string) =>
    cautions.map((one) => (one === lastSign ? `${write(one)} See ${limitsPage} for limits.` : write(one)));
  const [evidence, method, basis] = [on("evidence"), on("method"), on("basis")];
  const paragraphs = all
    ? [inWords(reasons), ...cautioned(inWords), inWords(evidence), inWords(method), inWords(basis)]
    : [inBrief([...reasons, ...basis, ...evidence, ...method]), ...cautioned(inBrief)];
  const parts = paragraphs.filter((one) => one !== "");
  const texts = all ? parts : [...parts.slice(0, -1), `${parts.at(-1) ?? ""} ${moreWords}`.trimStart()];
  print(`${texts.map((text) => wrap(text, width)).join(all ? "\n\n" : "\n")}\n`);
}

/** Quality at a rank, from its runs or predicted by a probe. */
export interface RankQuality {
  readonly summary?: RankSummary;
  readonly prediction?: RankPrediction;
}

/** Table columns on quality by rank: metrics, collapsed runs, possible loss. An untrained rank shows the prediction. */
export function qualityColumns<Row>(
  { metric, collapsed = [], secondary = [] }: Decision,
  qualityOf: (row: Row) => RankQuality,
): TextColumn<Row>[] {
  const shown = metricsBeside(metric);
  const columnOf = (by: Metric): TextColumn<Row> => ({
    title: by.noun,
    cell: (row) => {
      const { summary, prediction } = qualityOf(row);
      if (summary !== undefined) return scoreCell(summary, by);
      const predicted = scoreIn(prediction, by);
      if (predicted !== undefined) return `${withSuffix(predicted, by)} predicted`;
      return prediction === undefined && by === shown[0] ? "not compared" : "";
    },
  });
  const mayLose: TextColumn<Row> = {
    title: "may lose at most",
    cell: (row) => {
      const bound = qualityOf(row).summary?.shortfallBound;
      return bound === undefined ? "" : bound <= 0 ? "nothing" : boundInUnit(bound, metric);
    },
  };
  const risk: TextColumn<Row> = {
    title: "collapsed",
    cell: (row) => {
      const { summary } = qualityOf(row);
      const runs = collapsed.filter(({ rank }) => rank === summary?.rank).length;
      return summary === undefined ? "" : `${runs} of ${summary.seeds}`;
    },
  };
  const others = shown.filter(({ name }) => name !== metric);
  return [
    columnOf(metricOf(metric)),
    ...(collapsed.length > 0 ? [risk] : []),
    mayLose,
    ...others.map(columnOf),
    ...secondaryColumns<Row>({ secondary }, (row) => qualityOf(row).summary?.rank),
  ];
}

/** Mean and interval of a score, as a cell; empty without this metric. */
export function scoreCell(summary: RankScore, metric: Metric): string {
  const score = meanAndInterval(summary, metric);
  if (score === undefined) return "";
  const { mean, interval } = score;
  // A score from a single run has no interval.
  if (interval[0] === interval[1]) return withSuffix(mean, metric);
  return `${withSuffix(mean, metric)} [${interval.map((end) => figure(end, metric)).join(", ")}]`;
}

function withSuffix(value: number, metric: Metric): string {
  return `${figure(value, metric)} ${metric.suffix}`.trimEnd();
}

/** Table of compared and predicted ranks; the recommended rank or best bet is bold. */
export function decisionTable(
  decision: Decision,
  colours: Page["colours"],
  columns = Number.POSITIVE_INFINITY,
): string {
  const { predictedOnly, pilots } = courseOf(decision);
  const quality = qualityColumns<RankRow>(decision, (row) => row);
  const rows = rankRows({ decision, trials: [], sweep: { ranks: [...predictedOnly, ...pilots], seeds: [] } });
  const style = { title: colours.dim, row: boldIfChosen(colours) };
  const compared = (most?: number) => [...comparedColumns(decision, most), ...quality];
  const isWide = !fitsIn(columns, renderTable(compared(), rows));
  return renderTable(compared(isWide ? nameWidth(columns) : undefined), rows, style);
}

function fitsIn(columns: number, table: string): boolean {
  return table.split("\n").every((line) => line.length <= columns);
}

/** Most characters of an arm's name in a table that is too wide for its terminal. */
function nameWidth(columns: number): number {
  return Math.max(16, Math.min(32, Math.floor(columns / 4)));
}

/** Columns that name what is compared: the rank, or the arm and its cost. `most`: characters of a name. (default: all) */
function comparedColumns(decision: Decision, most = Number.POSITIVE_INFINITY): TextColumn<RankRow>[] {
  const compared = comparedIn(decision);
  const { by, names, cost, cell } = compared;
  const cut = cutNames(names, most);
  const name = {
    ...rankColumn<RankRow>(compared),
    title: by,
    cell: ({ rank }: RankRow) => cut[rank - 1] ?? cell(rank),
  };
  if (cost === undefined) return [name];
  return [name, { title: cost.of, cell: ({ rank }) => costFigure(cost.values[rank - 1]!) }];
}

/** Names of at most so many characters, as far as they differ then; verdicts and `--json` have them whole. */
function cutNames(names: readonly string[], most: number): string[] {
  const cut = names.map((name) => withoutMiddle(name, most));
  const isShared = (one: string): boolean => cut.indexOf(one) !== cut.lastIndexOf(one);
  return names.map((name, i) => (isShared(cut[i]!) ? name : cut[i]!));
}

function boldIfChosen({ bold }: Page["colours"]): (line: string, row: RankRow) => string {
  return (line, { isRecommended, isBet }) => (isRecommended || isBet ? bold(line) : line);
}

/** Rank in a `--json` document; trials are left out, since results.json has them. */
export type RankDocument = Pick<RankRow, "rank" | "role" | "summary" | "prediction"> & Partial<RankCosts>;

export function rankDocuments(results: Results): RankDocument[] {
  return rankRows(results).map(({ rank, role, costs, summary, prediction }) => ({
    rank,
    role,
    ...costs,
    ...(summary === undefined ? {} : { summary }),
    ...(prediction === undefined ? {} : { prediction }),
  }));
}

interface TableRoom {
  readonly columns: number;
  readonly all?: boolean | undefined;
}

/**
 * Table of a finished sweep's ranks: quality and costs. A narrow terminal gets the costs that fit, or with `all` two
 * tables.
 */
export function renderRankTable(
  results: Results,
  colours: Page["colours"],
  { columns, all = false }: TableRoom,
): string {
  const { decision } = results;
  const of = (read: keyof RankCosts, write: (value: number) => string) => (row: RankRow) => {
    const value = row.costs?.[read];
    return value === undefined ? "" : write(value);
  };
  const trainable: TextColumn<RankRow> = { title: "trainable", cell: of("trainableParams", formatCount) };
  // The arms' cost matters most.
  const isCost = comparedIn(decision).cost?.of === parametersCost;
  const cost: TextColumn<RankRow>[] = [
    ...(isCost ? [] : [trainable]),
    { title: "optimiser", cell: of("optimizerBytes", formatDecimalBytes) },
    { title: "adapter", cell: of("adapterBytes", formatDecimalBytes) },
    { title: "peak memory", cell: of("peakResidentBytes", formatDecimalBytes) },
    { title: "time a trial", cell: of("secondsPerTrial", duration) },
    ...(isCost ? [trainable] : []),
  ];
  const quality = qualityColumns<RankRow>(decision, (row) => row);
  const rows = rankRows(results);
  const columnsOf = (most?: number) => comparedColumns(decision, most).slice(0, isCost ? 1 : undefined);
  const isWide = !fitsIn(columns, renderTable([...columnsOf(), ...cost, ...quality], rows));
  const compared = columnsOf(isWide ? nameWidth(columns) : undefined);
  const style = { title: colours.dim, row: boldIfChosen(colours) };
  const render = (...shown: TextColumn<RankRow>[]) => renderTable([...compared, ...shown], rows, style);
  const fits = (costs: TextColumn<RankRow>[]) =>
    fitsIn(columns, renderTable([...compared, ...costs, ...quality], rows));
  if (all && !fits(cost)) return `${render(...cost)}\n\n${render(...quality)}`;
  // Later cost columns matter more, so the first are dropped.
  const first = cost.findIndex((_, i) => fits(cost.slice(i)));
  return render(...(first < 0 ? [] : cost.slice(first)), ...quality);
}
