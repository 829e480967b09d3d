import { InputError } from "@lorank/core";
import type { ScoredRun } from "@lorank/core/decide";
import { andList } from "../outcomes/row-choices.ts";

/** A run, and where its score was read. */
export interface PlacedRun extends ScoredRun {
  /** `line 3` of a table, or a file. */
  readonly place: string;
  /** The score was written as a percentage, so its unit is sure. */
  readonly hasSign?: boolean;
}

/** The run alone. */
export function scoredRun({ rank, seed, rate, score }: PlacedRun): ScoredRun {
  return { rank, ...(seed === undefined ? {} : { seed }), ...(rate === undefined ? {} : { rate }), score };
}

/** Name of a run among others, for messages. */
export function nameOfRun({ rank, seed, rate }: Pick<ScoredRun, "rank" | "seed" | "rate">): string {
  const at = rate === undefined ? "" : ` at rate ${rate}`;
  return `rank ${rank}${at}${seed === undefined ? "" : `, seed ${seed}`}`;
}

/** Lists places: `lines 2, 7 and 12`. */
export function placesOf(runs: readonly PlacedRun[], most = 4): string {
  const places = [...new Set(runs.map(({ place }) => place))];
  const [unit = ""] = /^(line|row) (?=\d)/.exec(places[0] ?? "") ?? [];
  const isNumbered = unit !== "" && places.length > 1;
  const shown = isNumbered ? places.map((place) => place.slice(unit.length)) : places;
  return `${isNumbered ? `${unit.trim()}s ` : ""}${andList(shown, most)}`;
}

/** Groups items by a key, in the order in which keys come. */
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

/** Throws InputError `E_OUTCOMES` where a pattern of folders has one run twice. */
export function assertOneFolderEach(runs: readonly PlacedRun[]): void {
  const seeded = runs.filter(({ seed }) => seed !== undefined);
  const twice = groupedBy(seeded, nameOfRun).find(({ length }) => length > 1);
  if (twice === undefined) return;
  const rule = `${nameOfRun(twice[0]!)} must have one folder`;
  throw new InputError("E_OUTCOMES", `${rule}, got ${placesOf(twice)}\nA path without * chooses among them.`);
}
