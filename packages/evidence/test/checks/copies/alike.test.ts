import { describe, expect, test } from "vitest";
import {
  type CopyNoise,
  copyWorlds,
  drawSound,
  type Forgotten,
  scoresOf,
  withCopies,
  withoutLogLoss,
} from "../../../bench/copy-worlds.ts";
import { copiesIn } from "../../../src/checks/copies/alike-outcomes.ts";
import { priorOfLabels } from "../../../src/decide/class-prior-loss.ts";
import { type OutcomeTable, outcomeTable } from "../../../src/decide/outcomes.ts";
import { decide, decideScores } from "../../../src/index.ts";
import type { Decision } from "../../../src/schema/types.ts";
import { claimsOf } from "../../../src/words/claims-of.ts";

const draws = [1, 2, 3, 4, 5, 6];
const usual = copyWorlds.find(({ name }) => name === "usual")!;

const noise = (loss: number, flips = 0): CopyNoise => ({ name: "", loss, flips });
const copied = (forgotten: Forgotten, of: CopyNoise, draw: number, seeds = 3): OutcomeTable =>
  withCopies(drawSound(usual, seeds, draw), forgotten, of, draw);

/** What runs that are alike may still get. */
const nothing = { rank: null, certifiedRank: null, pairs: undefined };
const claimed = ({ rank, certifiedRank, pairs }: Decision) => ({ rank, certifiedRank, pairs });

describe("copies with noise", () => {
  test.each([
    ["seed", "seed"],
    ["rank", "rank"],
    ["both", "rank-and-seed"],
    ["seed of one rank", "seed"],
  ] as const)(
    "of a forgotten %s are copies by log losses that differ in the ninth digit",
    (what, setting) => {
      for (const draw of draws) {
        const decision = decide(copied(what, noise(1e-9), draw));
        expect([draw, decision.copies]).toMatchObject([draw, { setting, shownBy: "log-loss" }]);
        expect(claimed(decision)).toEqual(nothing);
      }
    },
  );

  test.each([
    ["seed", 0.01],
    ["rank", 0.002],
    ["seed of one rank", 0],
    ["seed of one rank", 0.002],
    ["both", 0.01],
  ] as const)("of a forgotten %s, of which a share of %d changed sides, claim nothing", (what, flips) => {
    for (const draw of draws) {
      const decision = decide(withoutLogLoss(copied(what, noise(0, flips), draw, 5)));
      expect([draw, claimed(decision)]).toEqual([draw, nothing]);
    }
  });

  test("claim nothing under two seeds either", () => {
    for (const draw of draws) {
      const decision = decide(withoutLogLoss(copied("seed", noise(0, 0.01), draw, 2)));
      expect([draw, claimed(decision)]).toEqual([draw, nothing]);
    }
  });

  test("are no copies where it is not sure, and what would show it is said", () => {
    const decision = decide(withoutLogLoss(copied("seed of one rank", noise(0), 1)));
    expect(decision).toMatchObject({ seeds: 1, agreeingSeeds: 3, agreeingRuns: { setting: "seed" } });
    expect(decision.copies).toBeUndefined();
    const { explanation } = decision;
    expect(explanation).toContain("No noise of training is visible in these runs.");
    expect(explanation).toContain(
      "The runs of rank 16 under seeds 0, 1 and 2 differ less than separate trainings do. Few examples to differ on, wrong " +
        "labels or training that taught nothing may be the cause, or the seed did not reach the trainer. So the seeds count as one, and no difference between ranks is claimed.",
    );
    expect(explanation).toContain("log losses (logLoss) show it");
    expect(claimsOf(decision).map(({ kind }) => kind)).toEqual([
      ...["none-recommended", "agreeing-seeds", "best-bet", "check-settings", "basis"],
    ]);
  });

  test("of a forgotten rank leave no rank to bet on", () => {
    const decision = decide(withoutLogLoss(copied("both", noise(0, 0.01), 1)));
    expect(decision.agreeingRuns?.setting).toBe("rank-and-seed");
    expect(decision.bestBet).toBeUndefined();
    expect(claimsOf(decision).map(({ kind }) => kind)).not.toContain("best-bet");
    expect(decision.explanation).toContain(
      "neither rank nor seed reached the trainer. So nothing is claimed of the ranks.",
    );
  });

  test("are found where each rank has seeds of its own", () => {
    const own = (table: OutcomeTable): OutcomeTable =>
      outcomeTable(
        table.cells.map((cell) => ({ ...cell, seed: 100 * cell.rank + cell.seed })),
        [],
        table.examples,
      );
    for (const table of [copied("seed", noise(1e-9), 1), withoutLogLoss(copied("seed", noise(0, 0.01), 1))]) {
      const decision = decide(own(table));
      expect(claimed(decision)).toEqual(nothing);
      expect([decision.seeds, decision.copies ?? decision.agreeingRuns]).toMatchObject([
        1,
        { setting: "seed" },
      ]);
    }
    const { copies, agreeingSeeds } = decide(own(withoutLogLoss(drawSound(usual, 3, 1))));
    expect([copies, agreeingSeeds]).toEqual([undefined, undefined]);
  });

  test("are told by training losses that nearly agree", () => {
    const few = withoutLogLoss(drawSound({ ...usual, examples: 20 }, 3, 1));
    const lossesOf = (apart: number): OutcomeTable => ({
      ...few,
      cells: few.cells.map((cell) => ({
        ...few.cells.find(({ rank, seed }) => rank === cell.rank && seed === 0)!,
        seed: cell.seed,
        trainLosses: Array.from({ length: 40 }, (_, i) => (0.7 + apart * cell.seed) / (1 + i + cell.rank)),
      })),
    });
    expect(copiesIn(lossesOf(1e-9))).toMatchObject({ setting: "seed", shownBy: "training-loss" });
    expect(copiesIn(lossesOf(0.01))).toBeUndefined();
  });
});

describe("sound sweeps keep what they claim", () => {
  test.each(copyWorlds)("in the world $name", (world) => {
    for (const seeds of [2, 3, 5]) {
      for (const draw of draws) {
        const drawn = drawSound(world, seeds, 500 + draw);
        const { copies, agreeingSeeds } = decide(drawn);
        expect([seeds, draw, copies, agreeingSeeds]).toEqual([seeds, draw, undefined, undefined]);
        const bare = decide(withoutLogLoss(drawn));
        if (bare.classPrior !== undefined) continue;
        expect([seeds, draw, bare.copies, bare.agreeingSeeds]).toEqual([seeds, draw, undefined, undefined]);
      }
    }
  });

  test("where one rank always gives one answer, with labels and without, with log losses and without", () => {
    for (const draw of draws) {
      const table = drawSound(usual, 3, draw);
      const labels = Array.from({ length: usual.examples }, (_, e) => (e % 3 === 0 ? 1 : 0));
      const cells = table.cells.map((cell) =>
        cell.rank > 4
          ? cell
          : {
              ...cell,
              correct: labels.map((label) => 1 - label),
              logLoss: labels.map((label, e) => (label ? 1.1 : 0.4) + ((e * 7 + cell.seed * 3) % 11) / 1000),
            },
      );
      for (const prior of [undefined, priorOfLabels(labels)])
        for (const found of [
          { ...table, cells, prior },
          { ...withoutLogLoss({ ...table, cells }), prior },
        ])
          expect([draw, decide(found).agreeingSeeds, decide(found).copies]).toEqual([
            draw,
            undefined,
            undefined,
          ]);
    }
  });
});

describe("scores", () => {
  test.each(["seed", "rank", "both"] as const)("of a forgotten %s that differ by 1e-6 are copies", (what) => {
    for (const draw of draws) {
      const scores = scoresOf(copied(what, noise(0), draw), 1e-6, draw);
      for (const examples of [undefined, usual.examples]) {
        const decision = decideScores({ ...scores, ...(examples ? { examples } : {}) });
        expect(decision.copies?.shownBy).toBe("score");
        expect(claimed(decision)).toEqual(nothing);
        expect(decision.ranks.some(({ shortfallBound }) => shortfallBound !== undefined)).toBe(false);
      }
    }
  });

  test("of one rank that differ by 1e-6 show no noise of training", () => {
    const scores = scoresOf(copied("seed of one rank", noise(0), 1), 1e-6, 1);
    const decision = decideScores(scores);
    expect(decision).toMatchObject({ agreeingSeeds: 3, agreeingRuns: { setting: "seed" }, rank: null });
    expect(decision.agreeingRuns!.groups.map(([run]) => run!.rank)).toEqual([16]);
  });

  test("of one rank that are equal show it where so many examples hardly give equal ones", () => {
    const runs = (ofOne: readonly number[]) =>
      [[0.915, 0.9275, 0.921], ofOne, [0.93, 0.9225, 0.9175]].flatMap((scores, i) =>
        scores.map((score, seed) => ({ rank: 4 << i, seed, score })),
      );
    const equal = runs([0.92, 0.92, 0.92]);
    expect(decideScores({ runs: equal, examples: 2000 }).agreeingSeeds).toBe(3);
    expect(decideScores({ runs: equal, examples: 100 }).agreeingSeeds).toBeUndefined();
  });

  test("of runs that differ are none", () => {
    for (const draw of draws) {
      const scores = scoresOf(drawSound(usual, 3, draw), 0, draw);
      const { copies, agreeingSeeds } = decideScores({ ...scores, examples: usual.examples });
      expect([copies, agreeingSeeds]).toEqual([undefined, undefined]);
    }
  });
});
