import { type Decision, rankToUse } from "@lorank/evidence/results";
import { integer } from "../format.ts";
import { isSweep, isWhole, type Reported } from "../reported.ts";

/** Ranks of a chart, and of a table with a column for each of them. */
export const mostCharted = 24;
/** Rows of a table by rank. */
export const mostRows = 200;
/** Seeds whose runs are shown one by one. */
export const mostSeeds = 50;

/**
 * Selects at most `most` entries by rank, in their order, and returns the same array if that is all of them. The rank to use and the
 * best one are among them, with their neighbours and both ends. The others are spread over the logarithm of the rank, as axes are.
 */
export function selectRanks<Entry extends { readonly rank: number }>(
  entries: readonly Entry[],
  decision: Decision,
  most: number,
): readonly Entry[] {
  if (entries.length <= most) return entries;
  const named = [rankToUse(decision), decision.bestRank];
  const places = [...entries.keys()];
  const around = places.filter((place) => named.includes(entries[place]!.rank));
  const near = around.flatMap((place) => [place - 1, place, place + 1]);
  const at = entries.map(({ rank }) => Math.log2(rank + 1));
  const selected = new Set<number>();
  const distances = at.map(() => Number.POSITIVE_INFINITY);
  const select = (place: number): void => {
    selected.add(place);
    for (const other of places)
      distances[other] = Math.min(distances[other]!, Math.abs(at[other]! - at[place]!));
    distances[place] = -1; // behind all others, even those of the same rank
  };
  for (const place of [0, entries.length - 1, ...near]) if (place in entries) select(place);
  // The farthest from all selected ones comes next.
  while (selected.size < most) select(places.reduce((a, b) => (distances[b]! > distances[a]! ? b : a)));
  return entries.filter((_, place) => selected.has(place));
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
  if (!isSweep(results)) return "lorank verdict --json prints all.";
  return isWhole(results) ? "results.json has all." : "In the end results.json has all.";
}
