import { InputError } from "../../errors.ts";
import type { RaceLook, RaceSummary } from "../../results/race-types.ts";
import { type DecideOptions, settingsOf } from "../decide.ts";
import { hasRun, type OutcomeTable, partOf } from "../outcomes.ts";
import { openVerdict, type Verdict } from "../verdict.ts";
import { lookAt } from "./race-look.ts";
import { raceLooks } from "./race-looks.ts";

export interface RaceOptions extends DecideOptions {
  /** Every rank of the race. They share the error to the end, whoever is dropped. */
  readonly ranks: readonly number[];
  /** The planned seeds in the order in which they are run. */
  readonly seeds: readonly number[];
  /**
   * Where the chance that all planned seeds would lead to a verdict is below this, the race is given up; 0 never gives up.
   * Default 0.25.
   */
  readonly leastPromise?: number;
}

/** Where a race stands. */
export interface RaceState {
  readonly looks: readonly RaceLook[];
  /** Ranks in play after the last look, ascending. */
  readonly ranks: readonly number[];
  readonly next: RaceStep;
  /** The verdict of the last look. */
  readonly verdict: Verdict;
}

/** What a race does next: run the ranks in play on all of `seeds` (which hold those of earlier blocks), or stop. */
export type RaceStep =
  | { readonly kind: "run"; readonly ranks: readonly number[]; readonly seeds: readonly number[] }
  | { readonly kind: "stop"; readonly why: NonNullable<RaceSummary["stopped"]> };

/**
 * Replays a race from its outcomes: the same looks on the same outcomes, however many have come since, so that a race that was
 * stopped goes on where it was.
 *
 * Each look makes a grid's claims about the ranks in play with its share of the error (`raceLooks`), which the original ranks
 * share. A look whose verdict is conclusive ends the race. Else it drops each rank that can no longer be the smallest
 * adequate one: another in play is better by more than the margin, or a smaller one in play is better. Where that leaves little
 * hope of a verdict, the race is given up: that makes no claim, and costs no error.
 *
 * @param earlier where the same race stood on some of these outcomes: its looks are not replayed. (default: all are)
 */
export function raceSoFar(outcomes: OutcomeTable, options: RaceOptions, earlier?: RaceState): RaceState {
  assertRace(options);
  if (earlier?.next.kind === "stop") return earlier;
  const { leastPromise = 0.25 } = options;
  const planned = raceLooks(options.seeds.length);
  const looks: RaceLook[] = [...(earlier?.looks ?? [])];
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
    const stop = (why: NonNullable<RaceSummary["stopped"]>): RaceState => ({
      looks,
      ranks,
      verdict,
      next: { kind: "stop", why },
    });
    if (found.rank !== null) return stop("settled");
    if (plannedLook === planned.at(-1)) return stop("spent");
    if (isFutile) return stop("futile");
  }
  throw new Error("a race has at least one look");
}

function assertRace({ ranks, seeds, leastPromise = 0 }: RaceOptions): void {
  const problems: string[] = [];
  if (new Set(ranks).size !== ranks.length || ranks.length < 2)
    problems.push(`ranks must be at least two different ones, got [${ranks.join(", ")}]`);
  if (new Set(seeds).size !== seeds.length || seeds.length === 0)
    problems.push(`seeds must be at least one, all different, got [${seeds.join(", ")}]`);
  if (!(leastPromise >= 0 && leastPromise <= 1))
    problems.push(`leastPromise must be between 0 and 1, got ${leastPromise}`);
  if (problems.length > 0) throw new InputError("E_RACE", problems.join("\n"));
}
