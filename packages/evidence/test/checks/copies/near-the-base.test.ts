import { expect, test } from "vitest";
import { copiesIn } from "../../../src/checks/copies/alike-outcomes.ts";
import type { OutcomeCell } from "../../../src/decide/outcomes.ts";

/** Runs of a large vocabulary that hardly left the base: their log losses of about 8 nats differ by `moved` at most. */
function runsWith(moved: number, trainLosses?: (rank: number, seed: number) => number[]): OutcomeCell[] {
  return [2, 4].flatMap((rank) =>
    [1, 2].map((seed): OutcomeCell => {
      const logLoss = Array.from(
        { length: 40 },
        (_, e) => 8 + Math.sin(e) / 3 + moved * Math.sin(e * (3 * rank + 7 * seed)),
      );
      const correct = logLoss.map((_, e) => (e % 4 === 0 ? 1 : 0));
      return {
        rank,
        seed,
        correct,
        logLoss,
        ...(trainLosses ? { trainLosses: trainLosses(rank, seed) } : {}),
      };
    }),
  );
}

const steps = (shift: number): number[] =>
  Array.from({ length: 8 }, (_, step) => 8 - step / 1000 + shift / 1000);

test("runs near the base are no copies if their training losses are those of separate trainings", () => {
  expect(copiesIn({ cells: runsWith(4e-4, (rank, seed) => steps(rank + 5 * seed)) })).toBeUndefined();
});

test("runs with nearly the same log losses and the same training are copies", () => {
  expect(copiesIn({ cells: runsWith(4e-4, () => steps(0)) })).toMatchObject({ shownBy: "log-loss" });
});

test("one model that is evaluated each time is found, whatever was trained", () => {
  const cells = runsWith(1e-9, (rank, seed) => steps(rank + 5 * seed));
  expect(copiesIn({ cells })).toMatchObject({ setting: "rank-and-seed", shownBy: "log-loss" });
});
