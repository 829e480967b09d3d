import { describe, expect, test } from "vitest";
import { epochNotes, epochWords, rateNotes, rateWords } from "../../src/search/words.ts";

const losses = [
  { rank: 2, logLoss: 0.2 },
  { rank: 8, logLoss: 0.3 },
];
const rate = {
  chosen: 0.003,
  start: 0.003,
  epochs: 2,
  trainExamples: 300,
  tried: [0.001, 0.003, 0.009].map((value) => ({ value, losses })),
  regrets: [
    { rank: 2, best: 0.003, regret: 0, standardError: 0 },
    { rank: 8, best: 0.003, regret: 0, standardError: 0 },
  ],
};
const at = (best: number, standardError: number) => ({
  ...rate,
  regrets: [rate.regrets[0]!, { rank: 8, best, regret: 0.05, standardError }],
});

describe("a rate in words", () => {
  test("says what was tried, on how much, and how near it is to each rank's best", () => {
    expect(rateWords(rate)).toBe(
      "Learning rate 0.003, found by a search over 0.001, 0.003 and 0.009 on 300 training examples: the best at rank 2 and rank 8.",
    );
    expect(rateNotes(rate)).toEqual([]);
    expect(rateWords(at(0.009, 0.01))).toMatch(
      /: the best at rank 2, 0\.050 ± 0\.010 nats of log loss from the best \(0\.009\) at rank 8\.$/,
    );
  });

  test("warns where the ranks want different rates, and says whether that is more than noise", () => {
    const [clear, edge] = rateNotes(at(0.009, 0.01));
    expect(clear).toBe(
      "The ranks do best at different learning rates (rank 2 at 0.003, rank 8 at 0.009): at 0.003, rank 8 loses 0.050 ± 0.010 nats. " +
        "Differences between ranks may be differences of rate.",
    );
    expect(edge).toMatch(/^The search ended at 0\.009, where a rank still did best/);
    expect(rateNotes(at(0.009, 0.04))[0]).toContain(": within the noise of the search. ");
  });

  test("says which rank learned nothing", () => {
    expect(rateNotes({ ...rate, guessing: 0.3 })).toEqual([
      "At no rate did rank 8 do better than guessing by the classes' shares (a log loss of 0.300 nats).",
    ]);
  });

  test("names the rates at which a training diverged", () => {
    const tried = [
      ...rate.tried.slice(0, 2),
      { value: 0.009, losses: [{ rank: 2, logLoss: 0.2 }, { rank: 8 }] },
    ];
    expect(rateNotes({ ...rate, tried })).toEqual(["Training diverged at learning rate 0.009."]);
  });
});

const gain = (rank: number, from: number, nats: number) => ({
  rank,
  from,
  to: 2 * from,
  gain: nats,
  standardError: 0.01,
});
const epochs = {
  chosen: 2,
  converged: true,
  learningRate: 0.003,
  trainExamples: 450,
  threshold: 0.02,
  tried: [1, 2, 4].map((value) => ({ value, losses })),
  gains: [gain(2, 1, 0.05), gain(8, 1, -0.04), gain(2, 2, 0.015), gain(8, 2, -0.001)],
};

describe("epochs in words", () => {
  test("say what twice as many would have brought", () => {
    expect(epochWords(epochs)).toBe(
      "2 epochs, found by a search with 450 training examples: twice as many improve no rank's log loss by more than 0.02 nats " +
        "and twice the standard error (rank 2: 0.015 ± 0.010 nats, rank 8: -0.001 ± 0.010 nats).",
    );
    expect(epochWords({ ...epochs, chosen: 4, converged: false })).toMatch(
      /^4 epochs, .* the most that the search tries, and still better than half as many \(rank 2: 0\.015/,
    );
  });

  test("name a rank that more epochs had made worse, and a gain that was passed over", () => {
    expect(epochNotes(epochs)).toEqual([
      "Rank 8 got worse from 1 to 2 epochs, by 0.040 ± 0.010 nats: one budget does not suit all ranks.",
    ]);
    const passed = { ...epochs, gains: [{ ...gain(2, 2, 0.03), standardError: 0.02 }] };
    expect(epochNotes(passed)).toEqual([
      "A gain within the noise was passed over: rank 2: 0.030 ± 0.020 nats for 4 epochs instead of 2.",
    ]);
  });

  test("say where it had not converged", () => {
    expect(epochNotes({ ...epochs, gains: [], chosen: 16, converged: false })).toEqual([
      "Not converged at 16 epochs: a longer training may still change the order of the ranks. Give --epochs to go on.",
    ]);
  });
});
