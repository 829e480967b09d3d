/**
 * How often a probe is wrong, what it costs and how often it says what the grid says on the same outcomes, over sweeps
 * whose truth is known. Prints markdown.
 *
 *     node --conditions=@lorank/source --import tsx bench/probe-study.ts [--sweeps=2000] [--examples=200,872] [--seeds=5,10]
 */
import { decide } from "../src/index.ts";
import { runProbe, simulateProbe } from "./probe-worlds.ts";

const options = new Map(
  process.argv.slice(2).map((argument) => argument.replace(/^--/, "").split("=") as [string, string]),
);
const numbers = (key: string, usual: readonly number[]): number[] =>
  options.get(key)?.split(",").map(Number) ?? [...usual];
const sweeps = Number(options.get("sweeps") ?? 2000);

const ranks = [4, 8, 16, 32];
const margin = 0.01;
/** "last": all smaller ranks are worse than the largest by just the margin, where each certificate is a wrong one. */
const truths: Readonly<Record<string, readonly number[]>> = {
  equal: [0.85, 0.85, 0.85, 0.85],
  "gap 2": [0.83, 0.85, 0.85, 0.85],
  rising: [0.78, 0.81, 0.83, 0.85],
  last: [0.84, 0.84, 0.84, 0.85],
};

function row(truth: string, likeDirect: number, examples: number, seeds: number): string {
  const accuracies = truths[truth]!;
  const best = Math.max(...accuracies);
  const qualityOf = (rank: number | null): number => accuracies[ranks.indexOf(rank ?? -1)] ?? best;
  const count = {
    wrong: 0,
    certified: 0,
    gridCertified: 0,
    runs: 0,
    sameVerdict: 0,
    sameRank: 0,
    held: 0,
    confirmed: 0,
  };
  const world = { ranks, accuracies, examples, seeds };
  for (let i = 0; i < sweeps; i++) {
    const { outcomes, truncations } = simulateProbe(world, { likeDirect, lost: [] }, i);
    const asked = { ranks, seeds: outcomes.seeds, metric: "accuracy", margin, confidence: 0.95 } as const;
    const probe = runProbe(outcomes, truncations, asked).decision;
    const grid = decide(outcomes, { margin });
    const certified = probe.certifiedRank ?? null;
    count.wrong += best - qualityOf(certified) > margin - 1e-9 ? 1 : 0;
    count.certified += certified === null ? 0 : 1;
    count.gridCertified += grid.certifiedRank == null ? 0 : 1;
    count.runs += probe.probe!.runs / probe.probe!.gridRuns;
    count.sameVerdict += probe.verdict === grid.verdict ? 1 : 0;
    count.sameRank += probe.verdict === grid.verdict && probe.rank === grid.rank ? 1 : 0;
    for (const { outcome } of probe.probe!.confirmations) {
      count.confirmed++;
      count.held += outcome === "held" ? 1 : 0;
    }
  }
  const percent = (part: number, of = sweeps): string => ((100 * part) / of).toFixed(1);
  const cells = [
    percent(count.wrong),
    percent(count.certified),
    percent(count.gridCertified),
    (count.runs / sweeps).toFixed(2),
    percent(count.sameVerdict),
    percent(count.sameRank),
    percent(count.held, count.confirmed),
  ];
  return `| ${truth}, ${likeDirect}, ${examples}, ${seeds} | ${cells.join(" | ")} |`;
}

console.log(
  "| truth, like direct runs, examples, seeds | certified wrongly | certified | certified by the grid | runs, of the grid's | " +
    "same verdict | same verdict and rank | predictions that held |",
);
console.log(`|${" --- |".repeat(8)}`);
for (const truth of options.get("truths")?.split(",") ?? Object.keys(truths))
  for (const likeDirect of [0, 0.5, 1])
    for (const examples of numbers("examples", [200, 872]))
      for (const seeds of numbers("seeds", [5, 10])) console.log(row(truth, likeDirect, examples, seeds));
