// Verdicts beside which a check speaks.
import { type OutcomeTable, simulateOutcomes } from "@lorank/evidence";
import type { TrialResult } from "@lorank/evidence/results";
import { makeResults } from "../../../report/test/fixtures/make-results.ts";
import * as scenes from "../../../report/test/fixtures/scenes.ts";
import { csv } from "./runs.ts";
import { shows } from "./shows.ts";
import { type MadeSweep, sweepFolder } from "./sweep-folder.ts";

const usualRate = 0.001;

function checked(state: string, made: MadeSweep, ...lines: readonly string[]): void {
  shows("verdict", `a sweep, ${state}`, async (terminal) => {
    await sweepFolder(terminal, { ...made, config: { seeds: [1, 2, 3], ...made.config } });
    for (const line of ["verdict swept", ...lines]) await terminal.run(line);
  });
}

checked(
  "whose ranks keep their order at other rates",
  { config: { robustness: true } },
  "verdict swept --all",
);

checked("whose ranks change their order at another rate", {
  config: { robustness: true, ranks: [4, 16] },
  accuracyOf: ({ lora, optimizer: { learningRate = usualRate } }) =>
    lora.rank === 4 ? (learningRate > usualRate ? 0.97 : 0.8) : learningRate > usualRate ? 0.5 : 0.95,
});

checked("with a run that collapsed", {
  config: { seeds: [0, 1, 2, 3, 4] },
  accuracyOf: ({ lora, seed }) => (lora.rank === 16 && seed === 3 ? 0.5 : lora.rank < 8 ? 0.91 : 0.95),
});

/** The loss of a training that went wrong, or has not ended. */
function withLosses(lossAt: (share: number) => number): (result: TrialResult) => TrialResult {
  return (result) => ({
    ...result,
    lossCurve: result.lossCurve.map((point, i, all) => ({
      ...point,
      loss: lossAt((i + 1) / all.length) + 0.001 * (i % 3),
    })),
  });
}

checked("whose training loss still falls", { change: withLosses((share) => 0.9 - 0.6 * share) });

checked("that learned nothing at too high a rate", {
  config: { ranks: [4, 16], majorityShare: 0.5 },
  change: (result) => {
    const risen = withLosses((share) => 0.7 + 3 * share)(result);
    const { rank } = result.spec.lora;
    const correct = result.evaluation!.correct.map(
      (_, e) => (e + Math.floor(e / (rank + result.spec.seed))) % 2,
    );
    const logLosses = correct.map((right) => (right ? 0.6 : 0.9));
    const accuracy = correct.reduce((sum, right) => sum + right, 0) / correct.length;
    return { ...risen, evaluation: { accuracy, logLoss: 0.9 - 0.3 * accuracy, correct, logLosses } };
  },
});

checked("whose examples are in training too, and share sources", {
  config: {
    overlap: { validation: 12, ofTrainedGroups: 30 },
    sharedSources: { validation: 120, withTraining: 40, by: "subject" },
  },
});

checked("whose examples are in groups", {
  config: { validationGroups: Array.from({ length: 600 }, (_, e) => Math.floor(e / 20)) },
});

checked("with the head alone as rank 0", {
  config: { ranks: [0, 4, 16], headOnlyBaseline: true },
  accuracyOf: ({ lora }) => (lora.rank === 0 ? 0.8 : 0.95),
});

checked("by generated answers", {
  config: { task: { kind: "causal-lm" }, answers: { metric: "equals", maxNewTokens: 16 } },
});

shows("verdict", "a race that ended early", async ({ write, run }) => {
  write("swept/results.json", JSON.stringify(scenes.raced()));
  await run("verdict swept --all");
});

shows("verdict", "a probe whose prediction held", async ({ write, run }) => {
  write("swept/results.json", JSON.stringify(scenes.probed()));
  await run("verdict swept --all");
});

shows("verdict", "a probe whose prediction was refuted", async ({ write, run }) => {
  write("swept/results.json", JSON.stringify(scenes.refutedProbe()));
  await run("verdict swept");
});

shows("verdict", "a sweep in which all runs of a rank failed", async ({ write, run }) => {
  const seeds = [0, 1, 2];
  const results = makeResults({
    ranks: [2, 8, 32],
    seeds,
    missing: seeds.map((seed) => ({ rank: 32, seed })),
  });
  write("swept/results.json", JSON.stringify(results));
  await run("verdict swept");
});

/** Outcomes as a user's table has them. */
function tableOf({ cells }: OutcomeTable): string {
  return csv(
    cells.flatMap(({ rank, seed, correct }) =>
      Array.from(correct, (right, e) => ({ rank, seed, example: e, correct: right })),
    ),
  );
}

shows("verdict", "outcomes whose neighbours are alike", async ({ write, run }) => {
  const world = { ranks: [4, 8, 16], accuracies: [0.85, 0.85, 0.85], seeds: 3, examples: 400 };
  write("outcomes.csv", tableOf(simulateOutcomes({ ...world, groupSize: 40, rankGroupSd: 0.7 }, 1)));
  await run("verdict outcomes.csv");
});

shows("verdict", "a table of runs that began with others' weights", async ({ write, run }) => {
  const rows = [4, 8].flatMap((rank) =>
    [1, 2, 3].map((seed) => ({
      rank,
      seed,
      accuracy: 0.9 + rank / 400 + seed / 500,
      resume_from: seed > 1 ? `s${seed - 1}` : "",
    })),
  );
  write("runs.csv", csv(rows));
  await run("verdict runs.csv");
});
