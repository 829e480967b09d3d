import { assertList, assertOptions, InputError, type OptionNames } from "@lorank/core";
import { assertOutcomes, hasRun, type OutcomeTable, partOf } from "../../decide/outcomes.ts";
import { type DecideOptions, decideNames, settingsOf } from "../../decide/settings.ts";
import { openVerdict, type Verdict } from "../../decide/verdict.ts";
import type { ArmAxis } from "../../schema/arm-types.ts";
import type { LookFacts, RaceFacts } from "../../schema/decision-facts.ts";
import { isSettled } from "../../schema/rank-to-use.ts";
import { lookAt, raceLooks } from "./race-look.ts";

export interface RaceOptions extends DecideOptions {
  /** All ranks in the race; they share the error, dropped or not. */
  readonly ranks: readonly number[];
  /** Random seeds planned for the race, in execution order. */
  readonly seeds: readonly number[];
  /** Least probability of a better verdict for a race to continue; 0 never stops early. Default 0.25. */
  readonly leastPromise?: number;
}

export interface RaceState {
  readonly looks: readonly LookFacts[];
  /** Ranks in play after the last look, ascending. */
  readonly ranks: readonly number[];
  readonly next: RaceStep;
  readonly verdict: Verdict;
}

/** Next step: run the ranks in play on `seeds` (including earlier blocks), or stop. */
export type RaceStep =
  | { readonly kind: "run"; readonly ranks: readonly number[]; readonly seeds: readonly number[] }
  | { readonly kind: "stop"; readonly why: NonNullable<RaceFacts["stopped"]> };

/**
 * Replays a race from its outcomes. Looks do not depend on later outcomes, so an interrupted race goes on.
 *
 * Each look makes a grid's claims, at the look's error share (`raceLooks`). A settled verdict ends the race; else
 * `drops` leave. The race stops if a better verdict is too improbable, which costs no error.
 *
 * @param earlier progress on some of these outcomes, whose looks are not replayed
 */
export function raceSoFar(outcomes: OutcomeTable, options: RaceOptions, earlier?: RaceState): RaceState {
  assertRace(outcomes, options);
  if (earlier?.next.kind === "stop") return earlier;
  const { leastPromise = 0.25 } = options;
  const planned = raceLooks(options.seeds.length);
  const looks: LookFacts[] = [...(earlier?.looks ?? [])];
  let verdict = earlier?.verdict ?? openVerdict;
  let ranks = earlier?.ranks ?? [...options.ranks].sort((a, b) => a - b);
  if (outcomes.ranks.length === 0)
    return {
      looks,
      ranks,
      verdict,
      next: { kind: "run", ranks, seeds: options.seeds.slice(0, planned[0]!.seeds) },
    };
  const settings = settingsOf(outcomes, options);
  for (const plannedLook of planned.slice(looks.length)) {
    const seeds = options.seeds.slice(0, plannedLook.seeds);
    if (!hasRun(outcomes, ranks, seeds))
      return { looks, ranks, verdict, next: { kind: "run", ranks, seeds } };
    const {
      look,
      verdict: found,
      isFutile,
    } = lookAt(partOf(outcomes, ranks, seeds), {
      settings,
      raced: options.ranks,
      looks,
      ranks,
      planned,
      leastPromise,
    });
    looks.push(look);
    verdict = found;
    const out = look.dropped.map(({ rank }) => rank);
    ranks = ranks.filter((rank) => !out.includes(rank));
    const stop = (why: NonNullable<RaceFacts["stopped"]>): RaceState => ({
      looks,
      ranks,
      verdict,
      next: { kind: "stop", why },
    });
    if (isSettled(found)) return stop("settled");
    if (plannedLook === planned.at(-1)) return stop("spent");
    if (isFutile) return stop("futile");
  }
  throw new Error("a race has at least one look");
}

const raceNames: OptionNames<RaceOptions> = { ...decideNames, ranks: true, seeds: true, leastPromise: false };

/** Faults of arms' order: results may not choose it, since they come look by look. */
function orderProblems({ cost }: ArmAxis): string[] {
  if (cost === undefined)
    return [
      "axis.cost must be known, since a race needs the order of its arms before their results, got none",
    ];
  const isAscending = cost.values.every((value, i) => i === 0 || value >= cost.values[i - 1]!);
  return isAscending ? [] : [`axis.cost.values must be ascending in a race, got [${cost.values.join(", ")}]`];
}

export function assertRace(outcomes: OutcomeTable, options: RaceOptions): void {
  assertOutcomes(outcomes);
  assertOptions(options, "the options of a race", raceNames);
  const { ranks, seeds, leastPromise = 0 } = options;
  assertList("ranks", ranks);
  assertList("seeds", seeds);
  const problems: string[] = [];
  if (new Set(ranks).size !== ranks.length || ranks.length < 2)
    problems.push(`ranks must be at least two different ones, got [${ranks.join(", ")}]`);
  if (new Set(seeds).size !== seeds.length || seeds.length === 0)
    problems.push(`seeds must be at least one, all different, got [${seeds.join(", ")}]`);
  if (!(leastPromise >= 0 && leastPromise <= 1))
    problems.push(`leastPromise must be between 0 and 1, got ${leastPromise}`);
  const { axis } = outcomes;
  if (axis !== undefined) problems.push(...orderProblems(axis));
  if (problems.length > 0) throw new InputError("E_RACE", problems.join("\n"));
}
