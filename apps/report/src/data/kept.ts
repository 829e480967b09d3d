import { type Decision, rankToUse } from "@lorank/core/results";
import { integer } from "../format.ts";
import { isSweep, type Reported } from "../reported.ts";

/** Ranks of a chart, and of a table with a column for each of them. */
export const mostCharted = 24;
/** Rows of a table by rank. */
export const mostRows = 200;
/** Seeds whose runs are shown one by one. */
export const mostSeeds = 50;

/**
 * Keeps at most `most` entries by rank, in their order, and the same array where that is all of them. The rank to use, the best one,
 * their neighbours and both ends stay; the others are spread evenly.
 */
export function keptRanks<Entry extends { readonly rank: number }>(
  entries: readonly Entry[],
  decision: Decision,
  most: number,
): readonly Entry[] {
  if (entries.length <= most) return entries;
  const named = [rankToUse(decision), decision.bestRank];
  const places = [...entries.keys()];
  const around = places.filter((place) => named.includes(entries[place]!.rank));
  const near = around.flatMap((place) => [place - 1, place, place + 1]);
  const kept = new Set([0, entries.length - 1, ...near].filter((place) => place in entries));
  const others = places.filter((place) => !kept.has(place));
  for (const place of evenly(others, most - kept.size)) kept.add(place);
  return entries.filter((_, place) => kept.has(place));
}

/** Takes at most `most` items at equal distances, both ends among them; the same array where that is all of them. */
export function evenly<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items;
  const step = (items.length - 1) / Math.max(1, most - 1);
  return Array.from({ length: most }, (_, i) => items[Math.round(i * step)]!);
}

/** Says how many ranks are shown, and which; undefined where none is left out. */
export function ranksLeftOut(all: readonly unknown[], shown: readonly unknown[]): string | undefined {
  if (shown.length === all.length) return undefined;
  const which = "the one to use, the best, their neighbours, both ends and some between";
  return `${integer(shown.length)} of ${integer(all.length)} ranks are shown: ${which}.`;
}

/** Says what has all that a place of the page leaves out: the table below it, if that has, or the results. */
export function whereAll(results: Reported, isInTable = false): string {
  if (isInTable) return "The table below has all.";
  return isSweep(results) ? "results.json has all." : "lorank verdict --json prints all.";
}
