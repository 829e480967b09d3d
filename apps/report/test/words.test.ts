import type { Decision, Results } from "@lorank/core/results";
import { describe, expect, test } from "vitest";
import { percent, sureness, verdictWords } from "../src/words.ts";
import { makeResults } from "./fixtures/make-results.ts";
import {
  adequate,
  causalLm,
  empty,
  extend,
  inconclusive,
  indistinguishable,
  oneSeed,
} from "./fixtures/scenes.ts";

describe("verdictWords", () => {
  test("adequate names the rank and what was shown of it", () => {
    const words = verdictWords(adequate());
    expect(words.headline).toBe("Use rank 8.");
    expect(words.reason).toBe(
      "Of ranks 2, 4, 8, 16 and 32 it is the smallest for which these runs show, at 95% confidence, that no other is better by more than 1 point.",
    );
    expect(words.next).toBeUndefined();
  });
  test("indistinguishable says that the data cannot tell and to take the smallest", () => {
    const words = verdictWords(indistinguishable());
    expect(words.headline).toBe("The data cannot tell the ranks apart. Take the smallest: rank 2.");
    expect(words.reason).toBe(
      "No difference between any two of ranks 2, 4, 8, 16 and 32 is supported at 95% confidence.",
    );
  });
  test("inconclusive names no rank and says what would settle it beside what there is", () => {
    const results = inconclusive();
    const words = verdictWords(results);
    expect(words.headline).toBe("Inconclusive: these runs do not settle the rank.");
    const { needed } = results.decision;
    expect(words.next).toBe(
      `About ${needed!.examples.toLocaleString("en-US")} validation examples (now 800) and ${needed!.seeds} seeds (now 4), if the ranks that are left are truly equal.`,
    );
  });
  test("inconclusive for wide intervals alone says so, and of no rank that it is worse", () => {
    const results = makeResults({ examples: 200, seeds: [0, 1, 2], seedNoise: 0.03 });
    expect(results.decision.verdict).toBe("inconclusive");
    expect(verdictWords(results).reason).toBe(
      "No difference between any two ranks is supported at 95% confidence, but the intervals are too wide to call them equal.",
    );
  });
  test("inconclusive without a feasible design does not promise that more runs help", () => {
    const { needed: _, ...decision } = inconclusive().decision;
    expect(verdictWords({ ...inconclusive(), decision }).next).toBe(
      "Not more runs of this kind: only a wider margin, or less noise between runs.",
    );
  });
  test("one seed is why nothing can be claimed", () => {
    expect(verdictWords(oneSeed()).reason).toMatch(/^One seed cannot show/);
    expect(verdictWords(oneSeed()).next).toMatch(/^At least about /);
  });
  test("one rank has nothing to be compared with", () => {
    const results = inconclusive();
    const decision: Decision = { ...results.decision, ranks: results.decision.ranks.slice(0, 1) };
    expect(verdictWords({ ...results, decision }).reason).toBe(
      "Only rank 2 could be compared, and there is nothing to compare it with.",
    );
  });
  test("extend recommends the largest for now and the next doubling", () => {
    const words = verdictWords(extend());
    expect(words.headline).toBe("Go above rank 16: quality is still rising.");
    expect(words.reason).toContain("its gain over rank 8 is supported at 95% confidence");
    expect(words.next).toBe("Add rank 32 to the sweep.");
  });
  test("a sweep without a completed run has no verdict", () => {
    expect(verdictWords(empty()).headline).toBe("No verdict: no rank completed enough runs.");
  });
});

describe("sureness", () => {
  test("names confidence, margin with its metric, seeds and examples", () => {
    const values = (results: Results) => sureness(results).map((fact) => fact.value);
    expect(values(adequate())).toEqual(["95%", "1 point of accuracy", "8", "3,000"]);
    expect(values(causalLm())[1]).toBe("0.02 nats of log loss per token");
  });
  test("a share is written in percent without trailing zeros", () => {
    expect([percent(0.95), percent(0.995), percent(1 - 0.95), percent(0.06)]).toEqual([
      "95%",
      "99.5%",
      "5%",
      "6%",
    ]);
  });
});
