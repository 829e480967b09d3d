import { readFileSync } from "node:fs";
import { decideScores, type ScoredRun } from "@lorank/evidence";
import type { PublishedSource } from "../../src/commands/plan/published-rows.ts";

/** A run of a sweep, at a learning rate of its own where several were tried. */
export interface PublishedRun extends Omit<ScoredRun, "seed"> {
  readonly seed: number;
  readonly learningRate: number;
}

/** Runs of one model on one data set. */
export interface RunsOfSweep {
  readonly model: string;
  readonly millionParams: number;
  readonly data: string;
  readonly trainExamples: number;
  readonly runs: readonly PublishedRun[];
}

type SourceFacts = Omit<PublishedSource, "rows" | "seeds">;

/** A source with all runs of its sweeps. */
export interface SourceRuns extends SourceFacts {
  readonly seeds: number;
  readonly sweeps: readonly RunsOfSweep[];
}

type Row = Readonly<Record<string, string>>;

export function readRows(name: string): Row[] {
  const file = new URL(`../../../../packages/evidence/bench/data/${name}`, import.meta.url);
  const [header, ...lines] = readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
  return lines.map((cells) => Object.fromEntries(header!.map((column, i) => [column, cells[i] ?? ""])));
}

/** Splits rows by what `key` makes of them, in their order. */
export function groupBy<T>(rows: readonly T[], key: (row: T) => string): T[][] {
  return [...new Set(rows.map(key))].map((name) => rows.filter((row) => key(row) === name));
}

/** BERT-base, uncased, counted from its published weights. */
const bertMillions = 109;

/** Training examples that GLUE has, where the source's largest number is above them: it takes all. */
const glueExamples: Readonly<Record<string, number>> = { mrpc: 3668, rte: 2490 };

const taskNames: Readonly<Record<string, string>> = { mrpc: "MRPC", qnli: "QNLI", rte: "RTE", sst2: "SST-2" };

export function sunRuns(): SourceRuns {
  const sweeps = groupBy(readRows("sun-bert.csv"), ({ task, n }) => `${task} ${n}`).map((rows) => ({
    model: "BERT-base",
    millionParams: bertMillions,
    data: taskNames[rows[0]!.task!]!,
    trainExamples: Math.min(Number(rows[0]!.n), glueExamples[rows[0]!.task!] ?? Number.POSITIVE_INFINITY),
    runs: rows.map(({ rank, seed, accuracy }) => ({
      ...{ rank: Number(rank), seed: Number(seed), score: Number(accuracy), learningRate: Number.NaN },
    })),
  }));
  return {
    source: "silversuncn/lora-rank-scaling, data/results.csv",
    kind: "classification",
    metric: "accuracy",
    margin: 0.01,
    seeds: 5,
    sweeps: sweeps.sort((a, b) => a.data.localeCompare(b.data) || a.trainExamples - b.trainExamples),
  };
}

/** Sizes, in millions of parameters, of models whose names do not have them, as their model cards state them. */
const namelessMillions: Readonly<Record<string, number>> = {
  "DeepSeek-V3.1": 671_000,
  "DeepSeek-V3.1-Base": 671_000,
  "Kimi-K2-Thinking": 1_000_000,
  "Kimi-K2.5": 1_000_000,
  "Kimi-K2.6": 1_000_000,
};

/** Reads a size from a name: "Qwen3-30B-A3B" has 30 billion parameters, of which 3 are active. */
export function millionsOf(model: string): number {
  const billions = /(?:^|-)(\d+(?:\.\d+)?)B(?:-|$)/i.exec(model)?.[1];
  const millions = billions === undefined ? namelessMillions[model] : 1000 * Number(billions);
  if (millions === undefined) throw new Error(`model must have its size in its name, got ${model}`);
  return millions;
}

/** Steps times conversations of a batch, of the source's set-up. */
const tinkerExamples = 780 * 128;

export function tinkerRuns(): SourceRuns {
  const sweeps = groupBy(readRows("tinker-sft.csv"), ({ model }) => model!).map((rows) => {
    const model = rows[0]!.model!.split("/").at(-1)!;
    const runs = rows.map(({ rank, learning_rate, test_nll }) => ({
      ...{ rank: Number(rank), seed: 0, score: Number(test_nll), learningRate: Number(learning_rate) },
    }));
    return { model, millionParams: millionsOf(model), data: "tulu3", trainExamples: tinkerExamples, runs };
  });
  return {
    source: "thinking-machines-lab/tinker-cookbook, tinker_cookbook/recipes/chat_sl/results/sft_sweep.md",
    kind: "causal-lm",
    metric: "log-loss",
    margin: 0.02,
    seeds: 1,
    sweeps: sweeps.sort((a, b) => a.millionParams - b.millionParams || a.model.localeCompare(b.model)),
  };
}

/** Configurations that differ in nothing but their rank. */
const plainLora = ["lora--llama-3.2-3B-rank32", "lora--llama-3.2-3B-rank64"];

/** Runs of one configuration by the date they were made at, without the date that is there twice. */
export function peftScores(experiment: string): Map<string, number> {
  const rows = readRows("peft-metamath.csv").filter(({ exp }) => exp === experiment);
  return new Map(rows.map(({ created, test }) => [created!, Number(test)]));
}

/** The same seed at several dates: their mean is over versions of the software, and is no mean over seeds. */
export function peftRuns(): SourceRuns {
  const runs = plainLora.flatMap((experiment) =>
    [...peftScores(experiment).values()].map((score) => ({
      ...{ rank: Number(/rank(\d+)/.exec(experiment)![1]), seed: 0, score, learningRate: 1e-4 },
    })),
  );
  const model = "Llama-3.2-3B";
  return {
    source: "huggingface/peft, method_comparison/MetaMathQA",
    kind: "causal-lm",
    metric: "accuracy",
    margin: 0.01,
    seeds: 1,
    sweeps: [{ model, millionParams: 3213, data: "MetaMathQA", trainExamples: 5000 * 4, runs }],
  };
}

export const allRuns = (): SourceRuns[] => [sunRuns(), tinkerRuns(), peftRuns()];

/** The score of each rank, ascending: at its best learning rate, the mean of its runs there. */
export function scoresOf(
  runs: readonly PublishedRun[],
  { metric }: Pick<SourceFacts, "metric">,
): { readonly rank: number; readonly score: number }[] {
  const best = metric === "accuracy" ? Math.max : Math.min;
  const mean = (some: readonly PublishedRun[]): number =>
    some.reduce((sum, { score }) => sum + score, 0) / some.length;
  return groupBy(runs, ({ rank }) => String(rank))
    .map((own) => ({
      rank: own[0]!.rank,
      score: best(...groupBy(own, ({ learningRate }) => String(learningRate)).map(mean)),
    }))
    .sort((a, b) => a.rank - b.rank);
}

/** The smallest rank whose score is within `margin` of the best. */
export function smallestWithin(
  scores: readonly { readonly rank: number; readonly score: number }[],
  margin: number,
  { metric }: Pick<SourceFacts, "metric">,
): number {
  const sign = metric === "accuracy" ? 1 : -1;
  const best = Math.max(...scores.map(({ score }) => sign * score));
  // Differences of decimals are a little more or less than they look.
  return scores.find(({ score }) => sign * score >= best - margin - 1e-9)!.rank;
}

/** What `lorank plan` knows of a source's sweeps. */
export function sweepsOf({ sweeps, ...source }: SourceRuns): PublishedSource {
  return {
    ...source,
    rows: sweeps.map(({ model, millionParams, data, trainExamples, runs }) => {
      const scores = scoresOf(runs, source);
      const ranks = scores.map(({ rank }) => rank);
      const within = smallestWithin(scores, source.margin, source);
      const named = source.seeds === 1 ? null : verdictRank(runs, source);
      return [model, millionParams, data, trainExamples, ranks, within, named];
    }),
  };
}

/** The rank that the verdict names, which speaks of these evaluation examples alone. */
function verdictRank(runs: readonly PublishedRun[], { metric, margin }: SourceFacts): number | null {
  const scored = runs.map(({ rank, seed, score }) => ({ rank, seed, score }));
  return decideScores({ runs: scored }, { metric, margin }).rank;
}
