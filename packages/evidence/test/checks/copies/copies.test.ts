import { describe, expect, test } from "vitest";
import { isNightly } from "../../../../../scripts/nightly.ts";
import { copiesIn } from "../../../src/checks/copies/alike-outcomes.ts";
import { priorOfLabels } from "../../../src/decide/class-prior-loss.ts";
import { type OutcomeCell, type OutcomeTable, outcomeTable } from "../../../src/decide/outcomes.ts";
import { type SimulatedWorld, simulateOutcomes } from "../../../src/decide/simulate.ts";
import { decide, decideResults } from "../../../src/index.ts";
import { randomStream } from "../../../src/statistics/random.ts";
import { claimsOf } from "../../../src/words/claims-of.ts";
import { inWords } from "../../../src/words/in-words.ts";
import { decideRace } from "../../methods/race/decided-race.ts";

const sweeps = isNightly ? 300 : 90;
const ranks = [2, 4, 8, 16];
const world: SimulatedWorld = { ranks, accuracies: ranks.map(() => 0.93), seeds: 5, examples: 872 };

type Change = (cell: OutcomeCell, table: OutcomeTable) => OutcomeCell;

/** The table with each of its cells changed. */
function changed(table: OutcomeTable, ...changes: readonly Change[]): OutcomeTable {
  const cells = table.cells.map((cell) => changes.reduce((one, change) => change(one, table), cell));
  return { ...outcomeTable(cells, [], table.examples), prior: table.prior };
}

/** A copy of the run of the same rank and seed 0, of rank 2 and the same seed, or of rank 2 and seed 0. */
const copyOf =
  (pick: (cell: OutcomeCell) => { rank: number; seed: number }): Change =>
  (cell, { cells }) => {
    const { rank, seed } = pick(cell);
    return {
      ...cells.find((one) => one.rank === rank && one.seed === seed)!,
      rank: cell.rank,
      seed: cell.seed,
    };
  };
const seedForgotten = copyOf(({ rank }) => ({ rank, seed: 0 }));
const rankForgotten = copyOf(({ seed }) => ({ rank: ranks[0]!, seed }));
const bothForgotten = copyOf(() => ({ rank: ranks[0]!, seed: 0 }));

const withoutLogLoss: Change = ({ logLoss: _, ...cell }) => cell;
const rounded =
  (digits: number): Change =>
  (cell) => ({ ...cell, logLoss: Array.from(cell.logLoss!, (loss) => Number(loss.toFixed(digits))) });

/** Claims that compare ranks. */
const comparing = /^(recommended|enough|proven|possible-loss|better|worse|difference|gain-until)$/;

/** With the classes of the examples, of which most are one. */
function labelled(table: OutcomeTable, share = 0.6): OutcomeTable {
  const labels = Array.from({ length: table.examples }, (_, e) => (e % 10 < 10 * share ? "ham" : "spam"));
  return { ...table, prior: priorOfLabels(labels) };
}

/** Sweeps of any size and difficulty, ranks alike or not. */
function drawnWorld(
  draw: number,
  accuracy: (u: number) => number,
  examples: readonly number[],
): SimulatedWorld {
  const random = randomStream(draw);
  const whole = (most: number): number => Math.floor(random.uniform() * most);
  const some = ranks.slice(0, 2 + whole(3));
  return {
    ranks: some,
    accuracies: some.map(() => accuracy(random.uniform())),
    seeds: 3 + whole(5),
    examples: examples[whole(examples.length)]!,
    seedSd: 0.3 * random.uniform(),
    rankSeedSd: 0.3 * random.uniform(),
    rankExampleSd: 0.5 * random.uniform(),
  };
}

describe("runs that are copies", () => {
  test.each([
    ["seed", seedForgotten],
    ["rank", rankForgotten],
    ["rank-and-seed", bothForgotten],
  ] as const)("name the %s as what did not arrive, by log losses as by right and wrong", (setting, copy) => {
    for (const [shownBy, changes] of [
      ["log-loss", []],
      ["log-loss", [rounded(3)]],
      ["outcomes", [withoutLogLoss]],
    ] as const) {
      const decision = decide(labelled(changed(simulateOutcomes(world, 1), copy, ...changes)));
      expect(decision).toMatchObject({
        ...{ verdict: "inconclusive", rank: null, certifiedRank: null },
        copies: { setting, shownBy },
      });
      expect([decision.needed, decision.returns, decision.selection]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      expect(claimsOf(decision).map(({ kind }) => kind)).toEqual([
        ...["none-recommended", "copied-runs", "check-settings", "basis"],
      ]);
    }
  });

  test("count once: a seed that did not arrive leaves one, a rank leaves the smallest, and the others say why", () => {
    const oneSeed = decide(changed(simulateOutcomes(world, 1), seedForgotten));
    expect([oneSeed.seeds, oneSeed.ranks.length]).toEqual([1, 4]);
    expect(oneSeed.ranks[0]!.shortfallBound).toBeUndefined();
    const oneRank = decide(changed(simulateOutcomes(world, 1), rankForgotten));
    expect([oneRank.seeds, oneRank.ranks.map(({ rank }) => rank)]).toEqual([5, [2]]);
    expect(oneRank.excluded?.map(({ rank }) => rank)).toEqual([4, 8, 16]);
    expect(oneRank.pairs).toBeUndefined();
  });

  test("are named, three groups at most, with what to check", () => {
    const words = (copy: Change, ...more: Change[]): string =>
      claimsOf(decide(labelled(changed(simulateOutcomes(world, 1), copy, ...more))))
        .slice(0, 3)
        .map(inWords)
        .join(" ");
    expect(words(seedForgotten)).toBe(
      "Runs that should differ are copies of each other. These runs have the same log losses on 872 examples, or far nearer ones than runs that differ: " +
        "rank 2 under seeds 0, 1, 2, 3 and 4; rank 4 under seeds 0, 1, 2, 3 and 4; rank 8 under seeds 0, 1, 2, 3 and 4; and 1 more. " +
        "The seed did not reach the trainer, or the same model was evaluated each time. So the runs say nothing of the ranks. " +
        "Check that the trainer's command has {seed}, that the trainer uses it, and that each run evaluates the adapter that it trained.",
    );
    expect(words(bothForgotten, withoutLogLoss)).toContain(
      "These runs are right on the same of 872 examples, or nearly, as runs that differ hardly ever are: ranks 2, 4, 8 and 16 under seeds 0, 1, 2, 3 and 4. " +
        "Neither rank nor seed reached the trainer,",
    );
    expect(words(bothForgotten, withoutLogLoss)).toContain(
      "If the runs do differ, log losses (logLoss) show it.",
    );
  });

  test("are found by one pair that has the same log losses, be it of another rank and seed", () => {
    const table = simulateOutcomes(world, 1);
    const one = changed(table, (cell, { cells }) =>
      cell.rank === 8 && cell.seed === 3 ? { ...cells[0]!, rank: 8, seed: 3 } : cell,
    );
    expect(copiesIn(one)?.groups).toEqual([
      [
        { rank: 2, seed: 0 },
        { rank: 8, seed: 3 },
      ],
    ]);
    expect(copiesIn(changed(one, withoutLogLoss))).toBeUndefined();
  });

  test("are told by their training losses where they are right on the same few examples", () => {
    const few = simulateOutcomes({ ...world, examples: 20 }, 1);
    const losses =
      (of: (cell: OutcomeCell) => number): Change =>
      (cell) => ({
        ...cell,
        trainLosses: Array.from({ length: 40 }, (_, step) => 0.7 / (1 + step + of(cell))),
      });
    const same = changed(
      few,
      seedForgotten,
      withoutLogLoss,
      losses(({ rank }) => rank),
    );
    expect(copiesIn(same)).toMatchObject({ setting: "seed", shownBy: "training-loss" });
    const large = changed(simulateOutcomes(world, 1), seedForgotten, withoutLogLoss);
    expect(copiesIn(labelled(large))?.shownBy).toBe("outcomes");
    expect(
      copiesIn(
        labelled(
          changed(
            large,
            losses(({ rank, seed }) => rank + seed / 9),
          ),
        ),
      ),
    ).toBeUndefined();
  });

  test("are refused of a race and of a sweep's folder too", () => {
    const table = changed(simulateOutcomes(world, 1), seedForgotten);
    const race = decideRace(table, { ranks, seeds: [0, 1, 2, 3, 4] });
    expect(race).toMatchObject({ rank: null, copies: { setting: "seed" } });
    expect(race.explanation).not.toMatch(/fell behind|dropped|better/);
    const trials = table.cells.map(({ rank, seed, correct, logLoss }) => ({
      spec: { lora: { rank }, seed, trainer: {}, optimizer: {} },
      status: "completed",
      evaluation: { correct: [...(correct as number[])], logLosses: [...(logLoss as number[])] },
      lossCurve: [],
    }));
    const sweep = {
      method: "grid",
      ranks,
      seeds: [0, 1, 2, 3, 4],
      metric: "accuracy",
      margin: 0.01,
      confidence: 0.95,
    };
    expect(decideResults({ trials, sweep } as never)).toMatchObject({
      rank: null,
      copies: { setting: "seed" },
    });
  });

  test(`${sweeps} sweeps with copies of one run a rank claim nothing, whatever their losses and labels`, () => {
    let accused = 0;
    for (let draw = 0; draw < sweeps; draw++) {
      const drawn = drawnWorld(draw, (u) => 0.8 + 0.19 * u, [20, 50, 100, 200, 400, 872]);
      for (const changes of [[], [rounded(2)], [withoutLogLoss]]) {
        const table = changed(simulateOutcomes(drawn, draw), seedForgotten, ...changes);
        if (new Set(table.cells.map(({ correct }) => Array.from(correct).join(""))).size === 1) continue;
        for (const outcomes of [table, labelled(table)]) {
          const decision = decide(outcomes);
          if (decision.copies?.setting === "seed") accused++;
          expect([draw, decision.rank, decision.pairs]).toEqual([draw, null, undefined]);
          expect(claimsOf(decision).filter(({ kind }) => comparing.test(kind))).toEqual([]);
        }
      }
    }
    expect(accused).toBeGreaterThan((sweeps * 10) / 3);
  });
});

describe("seeds that agree by right and wrong alone, where ranks differ on few examples", () => {
  const few = changed(simulateOutcomes({ ...world, examples: 60 }, 3), seedForgotten, withoutLogLoss);

  test("count as one seed, which claims nothing and accuses nobody", () => {
    const decision = decide(few);
    expect(decision).toMatchObject({ rank: null, certifiedRank: null, seeds: 1, agreeingSeeds: 5 });
    expect([decision.copies, decision.pairs, decision.needed]).toEqual([undefined, undefined, undefined]);
    expect(claimsOf(decision).map(({ kind }) => kind)).toEqual([
      ...["none-recommended", "agreeing-seeds", "best-bet", "check-settings", "basis"],
    ]);
    expect(decision.explanation).toContain(
      "differ less than separate trainings do. Few examples to differ on, wrong labels or training that taught nothing may be the cause, or the seed did not reach",
    );
  });

  test("count each where losses tell them apart", () => {
    expect(decide(changed(few, (cell) => ({ ...cell, trainLosses: [cell.rank, cell.seed] }))).seeds).toBe(5);
  });
});

describe("runs that differ are not accused", () => {
  const worlds = [
    ["of any task", (u: number) => 0.55 + 0.44 * u, [20, 100, 872]],
    ["of easy tasks", (u: number) => 0.97 + 0.0299 * u, [20, 200, 872]],
    ["of 20 examples", (u: number) => 0.9 + 0.099 * u, [20]],
  ] as const;
  test.each(worlds)(`${sweeps} sweeps %s`, (_, accuracy, examples) => {
    let equal = 0;
    for (let draw = 0; draw < sweeps; draw++) {
      const table = simulateOutcomes(drawnWorld(draw, accuracy, examples), draw);
      for (const changes of [[], [rounded(2)], [withoutLogLoss]]) {
        const drawn = changed(table, ...changes);
        expect([draw, copiesIn(drawn)]).toEqual([draw, undefined]);
        expect([draw, copiesIn(labelled(drawn))]).toEqual([draw, undefined]);
      }
      const keys = table.cells.map(({ correct }) => Array.from(correct).join(""));
      if (new Set(keys).size < keys.length) equal++;
    }
    if (examples.length === 1) expect(equal).toBeGreaterThan(sweeps / 3);
  });

  test("where everything is right, or all but a few mislabelled examples, and a rank that always gives one answer", () => {
    const solved =
      (wrong: number): Change =>
      (cell) => ({
        ...cell,
        correct: Array.from(cell.correct, (_, e) => (e < wrong ? 0 : 1)),
      });
    const constant: Change = (cell) =>
      cell.rank === 2 ? { ...cell, correct: Array.from(cell.correct, (_, e) => (e % 10 < 6 ? 1 : 0)) } : cell;
    for (const wrong of [0, 1, 5, 10]) {
      for (const changes of [[solved(wrong)], [solved(wrong), constant]]) {
        const table = changed(simulateOutcomes(world, 1), withoutLogLoss, ...changes);
        expect([wrong, copiesIn(table), copiesIn(labelled(table))]).toEqual([wrong, undefined, undefined]);
      }
    }
    expect(decide(changed(simulateOutcomes(world, 1), withoutLogLoss, solved(0))).rank).toBe(2);
  });

  test("where small ranks always give one answer and large ranks always the other", () => {
    const right = (rank: number) => Array.from({ length: 872 }, (_, e) => Number(e % 10 < 6 === rank < 8));
    const constant: Change = (cell) => ({ ...cell, correct: right(cell.rank) });
    const table = changed(simulateOutcomes(world, 1), withoutLogLoss, constant);
    expect([copiesIn(table), copiesIn(labelled(table))]).toEqual([undefined, undefined]);
  });

  test("of rank 0, which has no adapter to differ", () => {
    const table = changed(
      simulateOutcomes({ ...world, ranks: [0, 4, 8], accuracies: [0.9, 0.93, 0.93] }, 1),
      (cell, all) => (cell.rank === 0 ? seedForgotten(cell, all) : cell),
    );
    expect(copiesIn(table)).toBeUndefined();
  });

  test("whose log losses are saturated", () => {
    const table = changed(simulateOutcomes(world, 1), (cell) => ({
      ...cell,
      correct: Array.from(cell.correct, () => 1),
      logLoss: Array.from(cell.correct, (_, e) => (e % 20) * 2 ** -23),
    }));
    expect(copiesIn(table)).toBeUndefined();
  });
});
