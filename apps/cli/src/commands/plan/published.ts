import { counted, wholeNumber } from "@lorank/core";
import { inUnit, type Task } from "@lorank/evidence/results";
import { checkedPage } from "../../text.ts";
import { type PublishedSource, publishedSources } from "./published-rows.ts";

/** Published sweep over ranks, run by others, with this verdict's results. */
export interface PublishedSweep extends Omit<PublishedSource, "rows"> {
  readonly model: string;
  /** Model's parameter count, all experts included. */
  readonly params: number;
  readonly data: string;
  readonly trainExamples: number;
  /** Ranks compared, ascending. */
  readonly ranks: readonly number[];
  /** Smallest rank whose mean over seeds is within the margin of the best. */
  readonly smallestWithinMargin: number;
  /** Rank recommended by the verdict on these runs; null if open, as for a single seed. */
  readonly verdictRank: number | null;
}

export const publishedSweeps: readonly PublishedSweep[] = publishedSources.flatMap(({ rows, ...source }) =>
  rows.map(([model, millionParams, data, trainExamples, ranks, smallestWithinMargin, verdictRank]) => ({
    ...{ ...source, model, params: millionParams * 1e6, data, trainExamples },
    ...{ ranks, smallestWithinMargin, verdictRank },
  })),
);

export interface SweepSize {
  readonly kind: Task["kind"];
  readonly params: number;
  readonly trainExamples: number;
}

/** Largest ratio of model sizes, and of training examples, between near sweeps. */
const largestFactor = 10;

const mostSweeps = 8;

/** Published sweeps for the same kind of task, nearest by the logarithms of both sizes; empty if none is near. */
export function nearestSweeps(size: SweepSize): PublishedSweep[] {
  const distances = (one: SweepSize): number[] => [
    Math.abs(Math.log(one.params / size.params)),
    Math.abs(Math.log(one.trainExamples / size.trainExamples)),
  ];
  return publishedSweeps
    .filter((one) => one.kind === size.kind && Math.max(...distances(one)) <= Math.log(largestFactor))
    .map((sweep) => ({ sweep, distance: Math.hypot(...distances(sweep)) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, mostSweeps)
    .map(({ sweep }) => sweep);
}

export function publishedWords(sweeps: readonly PublishedSweep[]): string | undefined {
  if (sweeps.length === 0) return undefined;
  const sources = [...new Set(sweeps.map(({ source }) => source))];
  const parts = sources.map((source) => sourceWords(sweeps.filter((sweep) => sweep.source === source)));
  return (
    `What published sweeps found, not what yours will: ${parts.join(" Also ")} ` +
    `Every sweep: ${checkedPage("published-sweeps")}`
  );
}

/**
 * Sentences such as "8 sweeps of models of 0.1 billion parameters on 500 examples. The smallest rank within 1 point …".
 */
function sourceWords(sweeps: readonly PublishedSweep[]): string {
  const { metric, margin, seeds } = sweeps[0]!;
  const billions = sweeps.map(({ params }) => Number((params / 1e9).toPrecision(params < 1e10 ? 1 : 2)));
  const examples = sweeps.map(({ trainExamples }) => trainExamples);
  const best = seeds === 1 ? "the best" : "the best mean";
  return (
    `${counted(sweeps.length, "sweep")} of models of ${spanOf(billions)} billion parameters on ${spanOf(examples)} examples. ` +
    `The smallest rank within ${inUnit(margin, metric)} of ${best}: ${ranksWords(sweeps)}. ${sureWords(sweeps)}`
  );
}

/** Ranks with counts: "4 in 3, 16 in 5", "4 in all, the smallest tried". */
function ranksWords(sweeps: readonly PublishedSweep[]): string {
  const all = sweeps.map(({ smallestWithinMargin }) => smallestWithinMargin);
  const ranks = [...new Set(all)].sort((a, b) => a - b);
  const counts = ranks.map((rank) => `${rank} in ${all.filter((one) => one === rank).length}`);
  const words = ranks.length > 1 ? counts.join(", ") : all.length > 1 ? `${ranks[0]} in all` : `${ranks[0]}`;
  const lowest = sweeps.filter(({ ranks, smallestWithinMargin }) => smallestWithinMargin === ranks[0]).length;
  if (lowest === all.length) return `${words}, the smallest tried`;
  return 2 * lowest > all.length ? `${words}; the smallest tried in ${lowest}` : words;
}

function sureWords(sweeps: readonly PublishedSweep[]): string {
  const { seeds } = sweeps[0]!;
  if (seeds === 1) return "One seed each: nothing shows the noise between seeds.";
  const named = sweeps.filter(({ verdictRank }) => verdictRank !== null).length;
  return `${seeds} seeds each: enough for a verdict in ${named === 0 ? "none" : named}.`;
}

function spanOf(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const text = (value: number): string => (value < 1 ? String(value) : wholeNumber(value));
  return low === high ? text(low) : `${text(low)} to ${text(high)}`;
}
