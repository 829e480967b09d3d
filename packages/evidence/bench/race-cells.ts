import { compareRanks } from "../src/decide/compare.ts";
import { type OutcomeTable, partOf } from "../src/decide/outcomes.ts";
import { pairedDesign } from "../src/decide/paired-design.ts";
import { decideRace } from "../src/methods/race/decide.ts";
import { lookFamily, raceLooks } from "../src/methods/race/race-look.ts";
import { type RaceState, raceSoFar } from "../src/methods/race/so-far.ts";
import { isSettled } from "../src/schema/rank-to-use.ts";
import { judge, margin } from "./verdict-cells.ts";
import { drawTable, ranks, type Truth, type World } from "./worlds.ts";

/** What a race is given up below, in the columns that vary it. */
export const promises = [0, 0.25, 0.5] as const;

export interface RaceTally {
  /** As in the study of the grid. */
  wronglyTaken: number;
  /** At any look some pair of ranks in play is claimed to differ that does not, or the other way round. */
  wrongDifference: number;
  /** Runs of the race. */
  runs: number;
  /** Sweeps in which the grid ends in a verdict other than inconclusive, and the race. */
  gridNames: number;
  raceNames: number;
  /** Those in which its verdict is settled. */
  gridSettles: number;
  raceSettles: number;
  /** Sweeps in which both say the same verdict of the same rank, and in which both name the same rank or none. */
  sameVerdict: number;
  sameRank: number;
  /** Sweeps in which both name a rank, and not the same. */
  otherRank: number;
  /** Sweeps in which the race gave up without a rank and the grid names one. */
  givenUp: number;
  /** Runs, and sweeps with a verdict, of a race that is given up below each of `promises`. */
  readonly at: { runs: number; names: number }[];
}

/** Draws the sweeps of a cell, lets grid and race judge the same outcomes, and counts. */
export function tallyRaces(
  world: World,
  truth: Truth,
  design: { readonly seeds: number; readonly examples: number },
  sweeps: number,
): RaceTally {
  const tally: RaceTally = {
    wronglyTaken: 0,
    wrongDifference: 0,
    runs: 0,
    gridNames: 0,
    raceNames: 0,
    gridSettles: 0,
    raceSettles: 0,
    sameVerdict: 0,
    sameRank: 0,
    otherRank: 0,
    givenUp: 0,
    at: promises.map(() => ({ runs: 0, names: 0 })),
  };
  const best = Math.max(...truth.accuracies);
  const first = 40_000_000 + 1_000_000 * design.seeds + 1000 * design.examples;
  for (let i = 0; i < sweeps; i++) {
    const table = drawTable(world, truth.accuracies, design, first + i);
    const grid = judge(table);
    const options = { ranks, seeds: table.seeds };
    const races = promises.map((leastPromise) => raceSoFar(table, { ...options, leastPromise }));
    const race = races[promises.indexOf(0.25)]!;
    const { verdict, rank } = race.verdict;
    tally.runs += runsOf(race);
    if (grid.rank !== null) tally.gridNames++;
    if (rank !== null) tally.raceNames++;
    if (isSettled(grid)) tally.gridSettles++;
    if (isSettled(race.verdict)) tally.raceSettles++;
    if (verdict === grid.verdict && rank === grid.rank) tally.sameVerdict++;
    if (rank === grid.rank) tally.sameRank++;
    else if (rank !== null && grid.rank !== null) tally.otherRank++;
    const isGivenUp = race.next.kind === "stop" && race.next.why === "futile";
    if (isGivenUp && rank === null && grid.rank !== null) tally.givenUp++;
    if (rank !== null) {
      const shortfall = best - truth.accuracies[ranks.indexOf(rank)]!;
      if (verdict !== "extend" && shortfall > margin + 1e-9) tally.wronglyTaken++;
    }
    if (claimsWrongly(table, race, truth.accuracies)) tally.wrongDifference++;
    races.forEach((other, index) => {
      tally.at[index]!.runs += runsOf(other);
      if (other.verdict.rank !== null) tally.at[index]!.names++;
    });
    if (i % 100 === 0) {
      const decision = decideRace(table, options);
      const same = decision.verdict === verdict && decision.rank === rank;
      if (!same || decision.race!.runs !== runsOf(race)) throw new Error("the study and decideRace disagree");
    }
  }
  return tally;
}

function runsOf({ looks }: RaceState): number {
  return looks.reduce(
    (sum, look, index) => sum + look.ranks.length * (look.seeds - (looks[index - 1]?.seeds ?? 0)),
    0,
  );
}

/** Whether any look of the race supports a difference that is not there, or has the other sign. */
function claimsWrongly(table: OutcomeTable, { looks }: RaceState, accuracies: readonly number[]): boolean {
  const planned = raceLooks(table.seeds.length);
  return looks.some(({ seeds, ranks: inPlay }, index) => {
    const design = pairedDesign(partOf(table, inPlay, table.seeds.slice(0, seeds)));
    const { pairs } = compareRanks(design, "accuracy", 0.95, lookFamily(ranks, planned, index));
    return pairs.some(({ first, second, fit, supported }) => {
      const difference = accuracies[ranks.indexOf(first)]! - accuracies[ranks.indexOf(second)]!;
      return supported && difference * fit.mean <= 0;
    });
  });
}
