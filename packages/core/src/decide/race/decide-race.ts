import type { RaceSummary } from "../../results/race-types.ts";
import type { Decision, PairSummary } from "../../results/types.ts";
import { droppedAfter } from "../../results/words/method-words.ts";
import { type ClaimFamily, claimTails } from "../claim-tails.ts";
import { compareRanks } from "../compare.ts";
import { checksOf, type DecideSettings, decideDesign, pairSummary, settingsOf } from "../decide.ts";
import { type OutcomeTable, partOf } from "../outcomes.ts";
import { type PairedDesign, pairedDesign } from "../paired-design.ts";
import { type RaceOptions, type RaceState, raceSoFar } from "./race.ts";
import { beatenIn, lookFamily } from "./race-look.ts";
import { raceLooks } from "./race-looks.ts";

/**
 * The decision that a race supports, on the ranks that its last look left in play. The claims of all looks share the error, so
 * those of the decision hold at 1 - `confidence` whenever the race stopped: see docs/checked/verdict-study.md. While it has runs
 * to go the decision is inconclusive.
 */
export function decideRace(outcomes: OutcomeTable, options: RaceOptions): Decision {
  const settings = settingsOf(outcomes, options);
  const state = raceSoFar(outcomes, options);
  const planned = raceLooks(options.seeds.length);
  const familyAt = (index: number): ClaimFamily => lookFamily(options.ranks, planned, index);
  const family = familyAt(Math.max(0, state.looks.length - 1));
  const race = {
    summary: summaryOf(state, options),
    lastTails: claimTails(settings.confidence, familyAt(planned.length - 1)),
    beaten: beatenIn(state.looks),
    pairs: pairsSeen(outcomes, options, settings, state.looks),
  };
  const design = lastDesign(outcomes, options, state);
  return decideDesign(design, outcomes.examples, settings, { family, race, ...checksOf(outcomes) });
}

/** What the last look compared, of the ranks that it left in play. Before the first look the first seed, which claims nothing. */
function lastDesign(outcomes: OutcomeTable, options: RaceOptions, { looks, ranks }: RaceState): PairedDesign {
  const last = looks.at(-1);
  const inPlay = last?.ranks ?? options.ranks;
  const design = pairedDesign(partOf(outcomes, inPlay, options.seeds.slice(0, last?.seeds ?? 1)));
  if (!last) return design;
  const isLeft = (_: unknown, index: number): boolean => ranks.includes(design.ranks[index]!);
  return {
    ranks: design.ranks.filter(isLeft),
    seeds: design.seeds,
    cells: design.cells.filter(isLeft),
    excluded: looks
      .flatMap(({ seeds, dropped }) =>
        dropped.map(({ rank, reason }) => ({ rank, reason: droppedAfter(seeds, reason) })),
      )
      .sort((a, b) => a.rank - b.rank),
    failures: design.failures,
  };
}

/** Pairs with a dropped rank come from the last look that it was part of, at that look's share of the error. */
function pairsSeen(
  outcomes: OutcomeTable,
  { ranks: raced, seeds: planned }: RaceOptions,
  { metric, confidence }: DecideSettings,
  looks: RaceState["looks"],
): PairSummary[] {
  const seen = new Map<string, PairSummary>();
  const all = raceLooks(planned.length);
  for (const [index, { seeds, ranks }] of looks.entries()) {
    const design = pairedDesign(partOf(outcomes, ranks, planned.slice(0, seeds)));
    if (design.seeds.length < 2) continue;
    for (const pair of compareRanks(design, metric, confidence, lookFamily(raced, all, index)).pairs)
      seen.set(`${pair.first} ${pair.second}`, pairSummary(pair));
  }
  return [...seen.values()];
}

function summaryOf({ looks, next }: RaceState, { ranks, seeds }: RaceOptions): RaceSummary {
  return {
    plannedSeeds: seeds.length,
    looks,
    ...(next.kind === "stop" ? { stopped: next.why } : {}),
    runs: runsOf(looks),
    gridRuns: ranks.length * seeds.length,
  };
}

function runsOf(looks: RaceState["looks"]): number {
  let before = 0;
  let runs = 0;
  for (const { seeds, ranks } of looks) {
    runs += ranks.length * (seeds - before);
    before = seeds;
  }
  return runs;
}
