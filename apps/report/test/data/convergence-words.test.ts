import type { RankConvergence } from "@lorank/core/results";
import { expect, test } from "vitest";
import { stateInWords, unfinishedInWords } from "../../src/data/convergence-words.ts";

const of = (rank: number, state: RankConvergence["state"]): RankConvergence => ({
  rank,
  seeds: 3,
  epochs: 2,
  fall: 0.05,
  interval: [0.03, 0.07],
  threshold: 0.02,
  trainLoss: 0.3,
  state,
});

test("ranks that were still learning, or had not begun, are named with what to do", () => {
  expect(unfinishedInWords([of(2, "stuck"), of(4, "falling"), of(8, "falling"), of(16, "converged")])).toBe(
    "When training ended, rank 2 had learned next to nothing and the training loss of ranks 4 and 8 was still falling: a part of what the ranks differ by may be speed. Train longer (--epochs 4).",
  );
});

test("a rank whose loss rose is told to lower the rate, not to train longer", () => {
  const burnt: RankConvergence = { ...of(64, "stuck"), rose: true };
  const words =
    "When training ended, rank 64 had learned next to nothing: the training loss rose far above where it began. Lower the learning rate.";
  expect(unfinishedInWords([of(2, "converged"), burnt])).toBe(words);
  expect(unfinishedInWords([of(2, "falling"), burnt])).toBe(
    `${words} When training ended, the training loss of rank 2 was still falling: a part of what the ranks differ by may be speed. Train longer (--epochs 4).`,
  );
});

test("ranks that were done, or of which nothing is sure, give no warning", () => {
  expect(unfinishedInWords([of(2, "converged"), of(4, "memorising"), of(8, "unclear")])).toBeUndefined();
  expect(unfinishedInWords([])).toBeUndefined();
});

test("every state has its own words", () => {
  const states = ["falling", "converged", "memorising", "stuck", "unclear"] as const;
  const words = states.map((state) => stateInWords({ state }));
  expect(new Set([...words, stateInWords({ state: "stuck", rose: true })]).size).toBe(6);
});
