import { describe, expect, test } from "vitest";
import { orderMembers } from "../../../src/checks/independent-runs/find.ts";
import { type OutcomeCell, outcomeTable } from "../../../src/decide/outcomes.ts";
import { outcomesFromTrials } from "../../../src/decide/outcomes-from-trials.ts";
import { decide, decideScores } from "../../../src/index.ts";
import { randomStream } from "../../../src/statistics/random.ts";
import { exampleTrial } from "../../fixtures/results.ts";

const ranks = [4, 8, 16, 32];

/** Right and wrong answers of runs that keep a share of the noise of the run before them. `[ranks][seeds][examples]` */
function answers(keeps: number, seeds = 5, examples = 400): number[][][] {
  const { normal } = randomStream(3);
  const runs = ranks.map(() => Array.from({ length: seeds }, (): number[] => []));
  for (let e = 0; e < examples; e++) {
    const difficulty = 2 + 2 * normal();
    for (const own of runs) {
      let noise = normal();
      for (const run of own) {
        run.push(difficulty + noise > 0 ? 1 : 0);
        noise = keeps * noise + Math.sqrt(1 - keeps ** 2) * normal();
      }
    }
  }
  return runs;
}

/** The runs of each rank as a table; `order` are seeds in the order in which the runs were made. */
function tableOf(runs: readonly (readonly number[][])[], order: readonly number[], timed = false) {
  const cells = runs.flatMap((own, r) =>
    own.map((correct, place): OutcomeCell => {
      const seed = order[place]!;
      return { rank: ranks[r]!, seed, correct, ...(timed ? { startedAt: 100 * place + r } : {}) };
    }),
  );
  return outcomeTable(cells, [], runs[0]![0]!.length);
}

const inOrder = [0, 1, 2, 3, 4];
/** No two neighbours of this order were neighbours before. */
const mixed = [2, 4, 1, 3, 0];

describe("outcomes", () => {
  test("runs that start from the run before are told, by the order of their seeds", () => {
    const { dependentRuns } = decide(tableOf(answers(0.7), inOrder), { margin: 0.01 });
    expect(dependentRuns).toMatchObject({ order: "seed", shownBy: "outcomes" });
    expect(dependentRuns!.chance).toBeLessThanOrEqual(0.007);
  });

  test("by their times where those are known, though seeds are in another order", () => {
    const found = (timed: boolean) => decide(tableOf(answers(0.7), mixed, timed), { margin: 0.01 });
    expect(found(true).dependentRuns).toMatchObject({ order: "time", shownBy: "outcomes" });
    expect(found(false).dependentRuns).toBeUndefined();
  });

  test("independent runs are not, nor three seeds, which have too few orders", () => {
    expect(decide(tableOf(answers(0), inOrder)).dependentRuns).toBeUndefined();
    expect(decide(tableOf(answers(0.7, 3), inOrder)).dependentRuns).toBeUndefined();
  });

  test("another trainer's runs have times; a run of this engine depends on its spec alone", () => {
    const at = (rank: number, trainer: boolean) => {
      const trial = exampleTrial(rank, 0);
      const { base: _, ...spec } = trial.spec as object as Record<string, unknown>;
      const ofTrainer = { ...trial, spec: { ...spec, trainer: { command: ["train"], files: [] } } };
      return outcomesFromTrials([trainer ? (ofTrainer as unknown as typeof trial) : trial]).cells[0]!;
    };
    expect(at(4, false).startedAt).toBeUndefined();
    const { measured } = exampleTrial(4, 0);
    expect(at(4, true).startedAt).toBe(
      Date.parse(measured.provenance.finishedAt) - 1000 * measured.seconds.total,
    );
  });
});

describe("scores of runs", () => {
  /** Sine waves, a phase for each rank: neighbours are near, and ranks differ. */
  const waves = (rank: number, i: number) => 0.8 + 0.02 * Math.sin((i + 3 * ranks.indexOf(rank)) / 2);
  const runsOf = (score: (rank: number, i: number) => number, more: (rank: number, i: number) => object) =>
    ranks.flatMap((rank) =>
      Array.from({ length: 12 }, (_, i) => ({ rank, score: score(rank, i), ...more(rank, i) })),
    );

  test("that go up and down in the order of seeds are told; in another order they are not", () => {
    const shuffle = [0, 6, 3, 9, 1, 7, 4, 10, 2, 8, 5, 11];
    const found = (seedOf: (i: number) => number) =>
      decideScores({ runs: runsOf(waves, (_, i) => ({ seed: seedOf(i) })) }).dependentRuns;
    expect(found((i) => i)).toMatchObject({ order: "seed", shownBy: "scores" });
    expect(found((i) => shuffle[i]!)).toBeUndefined();
  });

  test("a machine that drifts for all ranks together is told by the seeds", () => {
    const { normal } = randomStream(5);
    const drifting = runsOf(
      (_, i) => 0.8 + 0.01 * i + 0.002 * normal(),
      (rank, i) => ({ seed: i, startedAt: 10 * i + ranks.indexOf(rank) }),
    );
    expect(decideScores({ runs: drifting }).dependentRuns).toMatchObject({ order: "time", shownBy: "seeds" });
  });

  test("runs without seeds and times have no order", () => {
    expect(decideScores({ runs: runsOf(waves, () => ({})) }).dependentRuns).toBeUndefined();
    expect(decideScores({ runs: runsOf(waves, (_, i) => ({ startedAt: i })) }).dependentRuns).toMatchObject({
      order: "time",
    });
  });
});

describe("the order of ranks, and what runs began with", () => {
  const runs = (startedAt: (rank: number, run: number) => number) =>
    [0, 1].map((rank) => [0, 1, 2].map((run) => ({ seed: run, startedAt: startedAt(rank, run) })));
  const scores = [0, 1].map(() => [0.8, 0.81, 0.79]);
  const membersOf = (ranks: Parameters<typeof orderMembers>[0]["runs"]) =>
    orderMembers({ runs: ranks, scores, areShared: true });

  test("ranks that ran one after the other are told apart from ranks that took turns", () => {
    expect(membersOf(runs((rank, run) => 10 * rank + run))).toEqual({ ranksInTurn: true });
    expect(membersOf(runs((rank, run) => rank + 10 * run))).toEqual({});
  });

  test("different starts are warm ones, and one start for all is not", () => {
    const from = (nameOf: (rank: number, run: number) => string | undefined) =>
      membersOf(
        [0, 1].map((rank) =>
          [0, 1, 2].map((run) => {
            const name = nameOf(rank, run);
            return { seed: run, ...(name === undefined ? {} : { startedFrom: name }) };
          }),
        ),
      ).warmStarts;
    expect(from((rank, run) => (run === 0 ? undefined : `r${rank}-s${run - 1}`))).toEqual({ runs: 4, of: 6 });
    expect(from(() => "sft")).toBeUndefined();
    expect(from(() => undefined)).toBeUndefined();
  });
});
