import type { RaceDrop, RaceSummary } from "../../results/race-types.ts";
import { counted } from "../words.ts";

/** How a race went: where and why it stopped, who was dropped and what for. */
export function raceSentences({ looks, plannedSeeds, stopped, runs, gridRuns }: RaceSummary): string[] {
  const last = looks.at(-1);
  const drops = looks.flatMap(({ seeds, dropped }) => dropped.map((drop) => dropSentence(drop, seeds)));
  if (!last || !stopped) return [`The race is not over: ${progress(looks, plannedSeeds)}.`, ...drops];
  const cost = `That took ${runs} of the grid's ${counted(gridRuns, "run")}`;
  return [`The race ${endWords(stopped, last, plannedSeeds)}. ${cost}.`, ...drops];
}

function endWords(
  stopped: NonNullable<RaceSummary["stopped"]>,
  { seeds, promise }: RaceSummary["looks"][number],
  plannedSeeds: number,
): string {
  const after = `stopped after ${seeds} of ${counted(plannedSeeds, "seed")}`;
  if (stopped === "futile")
    return `${after}: the rest would have led to a verdict with a chance of about ${Math.round(100 * promise!)}%`;
  if (stopped === "spent") return `ran all of its ${counted(plannedSeeds, "seed")}`;
  return seeds === plannedSeeds
    ? `was settled by the last of its ${counted(plannedSeeds, "seed")}`
    : `${after}: the comparison was settled`;
}

function progress(looks: RaceSummary["looks"], plannedSeeds: number): string {
  const seeds = looks.at(-1)?.seeds ?? 0;
  return `it has looked at ${seeds} of ${counted(plannedSeeds, "seed")}`;
}

function dropSentence({ rank, reason }: RaceDrop, seeds: number): string {
  return `Rank ${rank} was dropped after ${counted(seeds, "seed")}: ${reason}.`;
}

/** Why a race's rank is not among the compared ones. */
export function droppedReason({ reason }: RaceDrop, seeds: number): string {
  return `dropped after ${counted(seeds, "seed")}: ${reason}`;
}
