import { describe, expect, test } from "vitest";
import { choiceNotes, choiceWords } from "../../src/search/choice-words.ts";
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

describe("a choice in words", () => {
  const gain = (value: string, rank: number, nats: number, error = 0.02) => ({
    value,
    rank,
    gain: nats,
    standardError: error,
    accuracyGain: 0.031,
    accuracyError: 0.012,
  });
  const value = (name: string, trainableParams: number) => ({
    value: name,
    losses: [{ rank: 8, logLoss: 0.3, accuracy: 0.9, trainableParams }],
  });
  const kept = {
    chosen: "all-linear",
    start: "all-linear",
    learningRate: 0.003,
    epochs: 2,
    trainExamples: 150,
    tried: [value("all-linear", 100), value("attention", 40), value("mlp", 60)],
    gains: [gain("attention", 8, -0.011), gain("mlp", 8, -0.11)],
    threshold: 0.02,
    clearErrors: 2.2,
  };

  test("says that the default was kept, what others were worth, and which cheaper one showed no clear loss", () => {
    expect(choiceWords("targets", kept)).toBe(
      "Targets all-linear, found by a search over all-linear, attention and mlp on 150 training examples: within noise, the default was kept. " +
        "Gains over it, in nats ± one standard error: attention -0.011 ± 0.020 at rank 8; mlp -0.110 ± 0.020 at rank 8.",
    );
    expect(choiceNotes("targets", kept)).toEqual([
      "At rank 8, 0.40 times (attention) as many parameters as all-linear are trained, and this search saw no clear loss by it: name such targets if few parameters count.",
    ]);
    expect(choiceWords("targets", { ...kept, gains: [gain("mlp", 8, -0.11)] })).toContain(
      ": the default was clearly the best. Gains",
    );
  });

  test("says what a found value was worth under the second seed, in nats and in accuracy", () => {
    const gains = [gain("mlp", 8, 0.08)];
    const confirmation = { value: "mlp", seed: 20_001, gains, confirmed: true };
    const found = { ...kept, chosen: "mlp", confirmation };
    expect(choiceWords("targets", found)).toBe(
      "Targets mlp in place of the default all-linear, found by a search over all-linear, attention and mlp on 150 training examples. " +
        "Under a second seed, which had no part in the choice, it was worth 0.080 ± 0.020 nats of log loss (3.1 ± 1.2 points of accuracy) at rank 8 (± one standard error).",
    );
    expect(choiceNotes("targets", found)).toEqual([
      "At rank 8, mlp trains 0.60 times as many parameters as all-linear: ranks are compared at these targets.",
    ]);
  });
});
