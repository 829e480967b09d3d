import { dirname } from "node:path";
import { formatCount, formatDecimalBytes } from "@lorank/core";
import { decideResults } from "@lorank/evidence";
import {
  boundInUnit,
  type Claim,
  claimsOf,
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
  type RankCosts,
  type RankPrediction,
  type RankRow,
  type RankSummary,
  type Results,
  rankRows,
  scoreIn,
} from "@lorank/evidence/results";
import { publishedAdapters } from "@lorank/sweep";
import { exitCode } from "../errors.ts";
import { usedRankNote } from "../model/serving.ts";
import { type CommandFlags, createOutput, type Output, renderTable, type TextColumn } from "../output.ts";
import { readFlags } from "../settings/read.ts";
import { duration, moreWords, wrap } from "../text.ts";
import { decideEvidence, type EvidenceOptions, sweepOptions } from "./evidence.ts";
import { firstCommand, printSteps, type StepDocument, stepsIn, stepsOf } from "./next-steps.ts";
import { olderResultsNote, readResults } from "./read-results.ts";
import { readInWords, type WhatWasRead } from "./what-was-read.ts";

export interface VerdictDocument extends Decision {
  /** Absent for a sweep's results, and for one plain file. */
  readonly evidence?: WhatWasRead;
  /** The rank that vLLM serves the adapter to use as, in words. Absent where there is nothing to say. */
  readonly vllmRank?: string;
  /** Next steps, the first to be done first. */
  readonly steps: readonly StepDocument[];
  /** The first command of a next step. */
  readonly next?: string;
  /** Address of the page that says what no verdict can know. */
  readonly limits: string;
}

export async function runVerdictCommand(
  paths: readonly string[],
  flags: CommandFlags,
  output: Output = createOutput(flags),
): Promise<number> {
  const { "require-conclusive": requireConclusive = false, all, ...options } = readFlags("verdict", flags);
  const { decision, claims, read, vllmRank, steps } = await decisionOn(paths, options, output);
  output.document<VerdictDocument>({
    ...decision,
    ...(read === undefined ? {} : { evidence: read }),
    ...(vllmRank === undefined ? {} : { vllmRank }),
    steps,
    ...firstCommand(steps),
    limits: limitsPage,
  });
  output.print(decisionTable(decision, output.colours));
  output.print();
  if (read !== undefined) output.print(`${wrap(readInWords(read), Math.min(output.columns, 100))}\n`);
  printVerdict(decision, claims, output, all);
  if (vllmRank !== undefined) output.print(`${wrap(vllmRank, Math.min(output.columns, 100))}\n`);
  printSteps(steps, output);
  const unmet = requireConclusive && decision.verdict === "inconclusive";
  return unmet ? exitCode.inconclusive : exitCode.done;
}

interface Judged {
  readonly decision: Decision;
  readonly claims: readonly Claim[];
  /** Absent for a sweep's results, and for one plain file. */
  readonly read?: WhatWasRead | undefined;
  readonly vllmRank?: string | undefined;
  readonly steps: readonly StepDocument[];
}

async function decisionOn(paths: readonly string[], flags: EvidenceOptions, output: Output): Promise<Judged> {
  const evidence = await decideEvidence(paths, flags, output);
  if (evidence !== undefined)
    return { ...evidence, claims: claimsOf(evidence.decision), steps: stepsOf(evidence.decision) };
  const { results, file } = readResults(paths[0]!);
  const older = olderResultsNote(file, results);
  if (older !== undefined) output.note(older);
  const decision = decideResults(results, sweepOptions(flags));
  const judged = { ...results, decision };
  const folder = dirname(file);
  const vllmRank = usedRankNote(publishedAdapters(folder, results.trials), decision);
  return { decision, claims: claimsOf(judged), vllmRank, steps: stepsIn(folder, judged) };
}

/**
 * The verdict: a headline that can be read from across the room, then one paragraph of findings, and a line for each caution.
 *
 * @param all tells every claim in full, a paragraph for each topic. (default: false)
 */
export function printVerdict(
  decision: Decision,
  claims: readonly Claim[],
  { print, colours, columns }: Output,
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

/** Quality of a rank: from its runs, or without runs as a probe predicts it. */
export interface RankQuality {
  readonly summary?: RankSummary;
  readonly prediction?: RankPrediction;
}

/**
 * Columns of the metric that decides, of collapsed runs, of the loss that a rank may have against any other, and of other
 * metrics. A rank that was not trained has the prediction.
 */
export function qualityColumns<Row>(
  { metric, collapsed = [] }: Decision,
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
  ];
}

function scoreCell(summary: RankSummary, metric: Metric): string {
  const score = meanAndInterval(summary, metric);
  if (score === undefined) return "";
  const { mean, interval } = score;
  // One score of one run has no noise that could be seen.
  if (interval[0] === interval[1]) return withSuffix(mean, metric);
  return `${withSuffix(mean, metric)} [${interval.map((end) => figure(end, metric)).join(", ")}]`;
}

function withSuffix(value: number, metric: Metric): string {
  return `${figure(value, metric)} ${metric.suffix}`.trimEnd();
}

/** Quality of each rank that was compared or predicted; the one to choose in bold. */
export function decisionTable(decision: Decision, colours: Output["colours"]): string {
  const { predictedOnly, pilots } = courseOf(decision);
  return renderTable(
    [rankColumn, ...qualityColumns<RankRow>(decision, (row) => row)],
    rankRows({ decision, trials: [], sweep: { ranks: [...predictedOnly, ...pilots], seeds: [] } }),
    { title: colours.dim, row: boldIfChosen(colours) },
  );
}

const rankColumn: TextColumn<RankRow> = { title: "rank", cell: ({ rank }) => String(rank) };

/** The recommended rank, or the one to choose if there is none. */
function boldIfChosen({ bold }: Output["colours"]): (line: string, row: RankRow) => string {
  return (line, { isRecommended, isBet }) => (isRecommended || isBet ? bold(line) : line);
}

/** The rows of a sweep's ranks as its JSON document has them: without the trials, which are in results.json. */
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

/** Columns of the terminal, and whether a table has every column, whatever its width. */
interface TableRoom {
  readonly columns: number;
  readonly all?: boolean | undefined;
}

/**
 * The table of a finished sweep, the rank to choose in bold. On a narrow terminal it has the costs that fit beside the
 * quality. With `all` costs and quality are two tables there.
 */
export function renderRankTable(
  results: Results,
  colours: Output["colours"],
  { columns, all = false }: TableRoom,
): string {
  const { decision } = results;
  const of = (read: keyof RankCosts, write: (value: number) => string) => (row: RankRow) => {
    const value = row.costs?.[read];
    return value === undefined ? "" : write(value);
  };
  const cost: TextColumn<RankRow>[] = [
    { title: "trainable", cell: of("trainableParams", formatCount) },
    { title: "optimiser", cell: of("optimizerBytes", formatDecimalBytes) },
    { title: "adapter", cell: of("adapterBytes", formatDecimalBytes) },
    { title: "peak memory", cell: of("peakResidentBytes", formatDecimalBytes) },
    { title: "time a trial", cell: of("secondsPerTrial", duration) },
  ];
  const quality = qualityColumns<RankRow>(decision, (row) => row);
  const rows = rankRows(results);
  const style = { title: colours.dim, row: boldIfChosen(colours) };
  const render = (...shown: TextColumn<RankRow>[]) => renderTable([rankColumn, ...shown], rows, style);
  const fits = (costs: TextColumn<RankRow>[]) =>
    renderTable([rankColumn, ...costs, ...quality], rows)
      .split("\n")
      .every((line) => line.length <= columns);
  if (all && !fits(cost)) return `${render(...cost)}\n\n${render(...quality)}`;
  // The last costs are those that a person feels.
  const first = cost.findIndex((_, i) => fits(cost.slice(i)));
  return render(...(first < 0 ? [] : cost.slice(first)), ...quality);
}
