import { InputError } from "@lorank/core";
import type { ScoredRun } from "../../decide/score-design.ts";
import { looksLikeSetting } from "../rows/column-kinds.ts";
import { andList } from "../rows/row-choices.ts";

export interface PlacedRun extends ScoredRun {
  /** Score origin: `line 3` of a table, or a file. */
  readonly place: string;
  /** Name of the arm, if arms are compared. */
  readonly arm?: string;
  /** True if the score's cell has a percent sign. */
  readonly hasSign?: boolean;
}

export function scoredRun({
  rank,
  seed,
  rate,
  score,
  startedAt,
  startedFrom,
  secondary,
  onTheWay,
}: ScoredRun): ScoredRun {
  const known = {
    ...(seed === undefined ? {} : { seed }),
    ...(rate === undefined ? {} : { rate }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(startedFrom === undefined ? {} : { startedFrom }),
    ...(secondary === undefined ? {} : { secondary }),
    ...(onTheWay === undefined ? {} : { onTheWay }),
  };
  return { rank, ...known, score };
}

/** Name of a run's rank or arm in messages: `rank 8`, `arm qwen3`. */
export function nameOfRank({ rank, arm }: Pick<PlacedRun, "rank" | "arm">): string {
  return arm === undefined ? `rank ${rank}` : `arm ${arm}`;
}

export function nameOfRun({ seed, rate, ...run }: Pick<PlacedRun, "rank" | "seed" | "rate" | "arm">): string {
  const at = rate === undefined ? "" : ` at rate ${rate}`;
  return `${nameOfRank(run)}${at}${seed === undefined ? "" : `, seed ${seed}`}`;
}

/** Lists places: `lines 2, 7 and 12`. */
export function placesOf(runs: readonly PlacedRun[], most = 4): string {
  const places = [...new Set(runs.map(({ place }) => place))];
  const [unit = ""] = /^(line|row) (?=\d)/.exec(places[0] ?? "") ?? [];
  const isNumbered = unit !== "" && places.length > 1;
  const shown = isNumbered ? places.map((place) => place.slice(unit.length)) : places;
  return `${isNumbered ? `${unit.trim()}s ` : ""}${andList(shown, most)}`;
}

export function groupedBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

/**
 * Refuses several folders for the same run, and, without seeds, names that recur at other ranks: those are settings.
 *
 * @throws InputError `E_OUTCOMES` with their names.
 */
export function assertOnlySeedsInPaths(runs: readonly PlacedRun[], pattern: string): void {
  const seeded = runs.filter(({ seed }) => seed !== undefined);
  const twice = groupedBy(seeded, nameOfRun).find(({ length }) => length > 1);
  const advice = "A path without * chooses among them";
  if (twice !== undefined) {
    const got = placesOf(twice);
    throw new InputError(
      "E_OUTCOMES",
      `${nameOfRun(twice[0]!)} must have one folder, got ${got}\n${advice}.`,
    );
  }
  const parts = differingParts(runs.map(({ place }) => place));
  const withoutRanks = runs.map(({ rank, arm }, i) =>
    parts[i]!.replaceAll(arm ?? new RegExp(`(?<!\\d)${rank}(?!\\d)`, "g"), "{rank}"),
  );
  const names = differingParts(withoutRanks);
  const withoutNumbers = new Set(names.map((name) => name.replaceAll(/\{rank\}|\d+/g, "")));
  const byRank = groupedBy(runs, ({ rank }) => String(rank)).map((own): [number, string[]] => [
    own[0]!.rank,
    own.map((run) => names[runs.indexOf(run)]!),
  ]);
  if (seeded.length > 0 || withoutNumbers.size < 2 || !looksLikeSetting(new Map(byRank))) return;
  const got = andList([...new Set(names)]);
  throw new InputError(
    "E_OUTCOMES",
    `runs of one ${runs[0]!.arm === undefined ? "rank" : "arm"} must differ in the seed alone in ${pattern}, got ${got}\n${advice}; numbers of repetitions are named {seed}.`,
  );
}

/** Cuts paths to the folders in which they differ. */
function differingParts(paths: readonly string[]): string[] {
  const parts = paths.map((path) => path.split(/[\\/]/));
  const differs = (i: number): boolean => parts.some((own) => own[i] !== parts[0]![i]);
  return parts.map((own) => own.filter((_, i) => differs(i)).join("/"));
}
