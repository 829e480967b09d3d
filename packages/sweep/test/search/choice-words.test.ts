import { describe, expect, test } from "vitest";
import { choiceNotes, choiceWords } from "../../src/search/choice-words.ts";

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
