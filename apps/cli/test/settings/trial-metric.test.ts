import { expect, test } from "vitest";
import { outcomeMetricOf, trialMetricOf } from "../../src/settings/trial-metric.ts";

test("a metric of outcomes decides as it is; one of answers makes their values the outcomes", () => {
  expect(trialMetricOf({})).toEqual({});
  expect(trialMetricOf({ metric: "log-loss" })).toEqual({ metric: "log-loss" });
  expect(trialMetricOf({ metric: "not-contains", "max-new-tokens": 9 })).toEqual({
    metric: "accuracy",
    answers: { metric: "not-contains", maxNewTokens: 9 },
  });
});

test("the length of answers needs a metric of answers, and another trainer has none", () => {
  expect(() => trialMetricOf({ "max-new-tokens": 9 })).toThrow(
    "--max-new-tokens must come with a --metric of answers, such as equals, got none",
  );
  expect(() => outcomeMetricOf({ metric: "equals" })).toThrow(
    "--metric must be accuracy or log-loss or f1 or macro-f1 or mcc or auroc where another program evaluates, got equals",
  );
});
