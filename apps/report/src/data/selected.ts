import { type Decision, rankToUse } from "@lorank/evidence/results";
import { type ShownCompared, shownCompared } from "../compared.ts";
import { integer } from "../format.ts";
import { isSweep, isWhole, type Reported } from "../reported.ts";

/** Most ranks in a chart, or in a table with a column for each. */
export const mostCharted = 24;
export const mostRows = 200;
/** Most seeds whose runs are shown one by one. */
export const mostSeeds = 50;

/**
 * Selects ranks to show, at most `most`, in order; the same array if all fit. Includes the rank to use and the best,
 * with neighbours, and both ends. The others are spread over the rank's logarithm, or evenly over arms.
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
  const { position } = shownCompared(decision);
  const at = entries.map(({ rank }) => position(rank));
  const selected = new Set<number>();
  const distances = at.map(() => Number.POSITIVE_INFINITY);
  const select = (place: number): void => {
    selected.add(place);
    for (const other of places)
      distances[other] = Math.min(distances[other]!, Math.abs(at[other]! - at[place]!));
    distances[place] = -1; // selected: behind all others, even those of the same rank
  };
  for (const place of [0, entries.length - 1, ...near]) if (place in entries) select(place);
  // Farthest from all selected comes next.
  while (selected.size < most) select(places.reduce((a, b) => (distances[b]! > distances[a]! ? b : a)));
  return entries.filter((_, place) => selected.has(place));
}

/** At most `most` items at equal distances, both ends included; the same array if all fit. */
export function evenly<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items;
  const step = (items.length - 1) / Math.max(1, most - 1);
  return Array.from({ length: most }, (_, i) => items[Math.round(i * step)]!);
}

/** Sentence on the shown ranks, or arms; undefined where all are. */
export function ranksLeftOut(
  all: readonly unknown[],
  shown: readonly unknown[],
  { many }: Pick<ShownCompared, "many"> = shownCompared({}),
): string | undefined {
  if (shown.length === all.length) return undefined;
  const which = "the one to use, the best, their neighbours, both ends and some between";
  return `${integer(shown.length)} of ${integer(all.length)} ${many} are shown: ${which}.`;
}

/** Sentence that names where everything left out is: the table below, or the results. */
export function whereAll(results: Reported, isInTable = false): string {
  if (isInTable) return "The table below has all.";
  if (!isSweep(results)) return "lorank verdict --json prints all.";
  return isWhole(results) ? "results.json has all." : "In the end results.json has all.";
}
