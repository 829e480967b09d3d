import { checkRuns } from "../../checks/finds.ts";
import { type ClaimFamily, claimTails } from "../../decide/claim-tails.ts";
import { compareRanks } from "../../decide/compare.ts";
import { decideDesign } from "../../decide/decide.ts";
import { type OutcomeTable, partOf } from "../../decide/outcomes.ts";
import { pairSummary } from "../../decide/pair-summary.ts";
import { type PairedDesign, pairedDesign } from "../../decide/paired-design.ts";
import { type DecideSettings, settingsOf } from "../../decide/settings.ts";
import type { DecisionFacts, RaceFacts } from "../../schema/decision-facts.ts";
import type { MethodMembers, PairSummary } from "../../schema/types.ts";
import { beatenIn, lookFamily, raceLooks } from "./race-look.ts";
import { assertRace, type RaceOptions, type RaceState, raceSoFar } from "./so-far.ts";

/** Seed count at the race's next look; undefined if it has stopped. */
export function nextRaceLook(planned: number, decision: MethodMembers | undefined): number | undefined {
  const { stopped, looks = [] } = decision?.race ?? {};
  const last = looks.at(-1)?.seeds ?? 0;
  return stopped === undefined ? raceLooks(planned).find(({ seeds }) => seeds > last)?.seeds : undefined;
}

/**
 * Decides on the ranks left in play; an unfinished race is not settled. Claims hold at 1 - `confidence` whenever the
 * race stopped: packages/evidence/bench/verdict-study.md.
 */
export function decideRace(outcomes: OutcomeTable, options: RaceOptions): DecisionFacts {
  assertRace(outcomes, options);
  const settings = settingsOf(outcomes, options);
  const state = raceSoFar(outcomes, options);
  const planned = raceLooks(options.seeds.length);
  const familyAt = (index: number): ClaimFamily => lookFamily(options.ranks, planned, index);
  const family = familyAt(Math.max(0, state.looks.length - 1));
  const design = lastDesign(outcomes, options, state);
  const runs = checkRuns(design, outcomes, settings);
  const decision = decideDesign(runs, outcomes.examples, settings, {
    family,
    // Tails at the planned last look, after which no seeds remain.
    plannedTails: claimTails(settings.confidence, familyAt(planned.length - 1)),
    beaten: beatenIn(state.looks),
    pairs: pairsSeen(outcomes, options, settings, state.looks),
    axis: outcomes.axis,
  });
  return { ...decision, race: factsOf(state, options) };
}

/** Design to decide on: ranks in play at the last look; before the first look the first seed, which claims nothing. */
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
        dropped.map((drop) => ({ rank: drop.rank, cause: { kind: "dropped" as const, seeds, drop } })),
      )
      .sort((a, b) => a.rank - b.rank),
    failures: design.failures,
  };
}

/** All pairs in the race; dropped ranks as at their last look, with that look's error share. */
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

function factsOf({ looks, next }: RaceState, { ranks, seeds }: RaceOptions): RaceFacts {
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
