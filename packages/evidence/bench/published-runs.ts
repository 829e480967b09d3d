import { readFileSync } from "node:fs";
import { type OutcomeTable, outcomeTable } from "../src/decide/outcomes.ts";

/** Runs of one sweep: a score for each rank and seed. */
export interface PublishedCell {
  readonly name: string;
  readonly task: string;
  /** Ascending. */
  readonly ranks: readonly number[];
  /** `[ranks][seeds]`, all seeds in one order. */
  readonly scores: readonly (readonly number[])[];
}

/** Reads a CSV of runs: model, task, number of training examples, rank, seed, accuracy. See data/README.md. */
export function publishedCells(file: URL): PublishedCell[] {
  const rows = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","))
    .map(([model, task, n, rank, seed, score]) => ({
      ...{ name: `${model} ${task} ${n}`, task: task! },
      ...{ rank: Number(rank), seed: Number(seed), score: Number(score) },
    }));
  return [...new Set(rows.map(({ name }) => name))].map((name) => {
    const own = rows.filter((row) => row.name === name);
    const ranks = [...new Set(own.map(({ rank }) => rank))].sort((a, b) => a - b);
    const seeds = [...new Set(own.map(({ seed }) => seed))].sort((a, b) => a - b);
    const scores = ranks.map((rank) =>
      seeds.map((seed) => own.find((row) => row.rank === rank && row.seed === seed)!.score),
    );
    return { name, task: own[0]!.task, ranks, scores };
  });
}

/** Copies of a score as examples: so many that nothing is unseen, and no noise between examples is found. */
const copies = 400;

/** A table of outcomes in which each run has its score on every example: it speaks of this evaluation set alone. */
export function tableOfScores({ ranks, scores }: Pick<PublishedCell, "ranks" | "scores">): OutcomeTable {
  const cells = ranks.flatMap((rank, r) =>
    scores[r]!.map((score, seed) => ({ rank, seed, correct: new Float64Array(copies).fill(score) })),
  );
  return outcomeTable(cells, [], copies);
}

/** All ways to choose `count` of the seeds, with the seeds that are left. */
export function splitsOf(seeds: number, count: number): { chosen: number[]; left: number[] }[] {
  const all = Array.from({ length: seeds }, (_, i) => i);
  return Array.from({ length: 2 ** seeds }, (_, bits) => all.filter((seed) => (bits >> seed) & 1))
    .filter((set) => set.length === count)
    .map((chosen) => ({ chosen, left: all.filter((seed) => !chosen.includes(seed)) }));
}
