import type { TrialStatus } from "@lorank/sweep/folder";
import { expect, test } from "vitest";
import { cellWords, statusTable } from "../../src/status/words.ts";

type State = { readonly state: TrialStatus["state"] } & Record<string, unknown>;

/** A trial of rank 4 under seed 1, unless it says otherwise. */
const trial = (state: State): TrialStatus =>
  ({ trialId: "", name: "r4-s1", rank: 4, seed: 1, ...state }) as TrialStatus;
const done = { state: "done", status: "completed", accuracy: 0.9123, logLoss: 0.21, seconds: 1 } as const;
const runs = { state: "running", attempt: 1, seconds: 3 } as const;

test.each<[State, string]>([
  [done, "91.2%"],
  [{ ...done, status: "diverged" }, "diverged"],
  [{ ...done, status: "out-of-memory" }, "no memory"],
  [runs, "run"],
  [{ ...runs, step: 26, steps: 100, loss: 1 }, "run 26%"],
  [{ ...runs, step: 26, loss: 1 }, "run"],
  [{ ...runs, step: 100, steps: 100, loss: 1, evaluating: { done: 1, total: 9 } }, "eval"],
  [{ state: "failed", attempt: 2, reason: "x" }, "failed"],
  [{ state: "waiting", attempts: 0 }, "wait"],
  [{ state: "cancelled" }, "left out"],
  [{ state: "not-asked" }, "-"],
])("%j is %s", (state, words) => {
  expect(cellWords(trial(state), "accuracy")).toBe(words);
});

test("a sweep that is judged on log loss shows it, where the trainer said it", () => {
  const { logLoss: _, ...silent } = done;
  expect(cellWords(trial(done), "log-loss")).toBe("0.210");
  expect(cellWords(trial(silent), "log-loss")).toBe("91.2%");
});

function sweep(ranks: number[], seeds: number[], state: (rank: number, seed: number) => State) {
  const at = (rank: number) => (seed: number) => trial({ ...state(rank, seed), rank, seed });
  return { ranks, seeds, metric: "accuracy", trials: ranks.flatMap((rank) => seeds.map(at(rank))) } as const;
}

test("ranks by seeds, in words where they fit", () => {
  const status = sweep([4, 64], [1, 2], (rank, seed) => (rank === 4 && seed === 1 ? done : runs));
  expect(statusTable(status, 80)).toBe("rank     s1   s2\n   4  91.2%  run\n  64    run  run");
});

test("a wide sweep has a mark for each trial, and says what the marks mean", () => {
  const seeds = Array.from({ length: 7 }, (_, i) => i + 1);
  const diverged = { ...done, status: "diverged" };
  const lost = { ...runs, state: "lost" } as const;
  const states: State[] = [
    done,
    diverged,
    runs,
    { state: "failed" },
    lost,
    { state: "waiting" },
    { state: "cancelled" },
  ];
  const lines = statusTable(
    sweep([4], seeds, (_, seed) => states[seed - 1]!),
    40,
  ).split("\n");
  expect(lines[1]).toBe("   4  #D>!?.x       2 of 7");
  expect(lines.at(-1)).toContain("? lost");
  const plain = sweep([4], seeds, () => done);
  const checked = { ...plain, trials: [...plain.trials, trial({ state: "waiting", variant: "rslora" })] };
  expect(statusTable(checked, 40)).toBe(statusTable(plain, 40));
});
