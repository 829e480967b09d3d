import { describe, expect, test } from "vitest";
import { decisionMetric, isCausal, meanAndInterval, scoreOf, shownMetric } from "../src/metric.ts";
import { numberCell } from "../src/parts/data-table.tsx";
import { makeResults } from "./fixtures/make-results.ts";
import { causalLm } from "./fixtures/scenes.ts";

const small = { ranks: [2, 4], seeds: [0, 1], examples: 50, steps: 5 };

describe("metrics", () => {
  const results = makeResults(small);
  test("accuracy is written in percent, its differences in points", () => {
    const metric = shownMetric("accuracy", results);
    expect(metric.value(0.9416)).toBe("94.2%");
    expect(metric.interval([0.931, 0.9532])).toBe("93.1–95.3%");
    expect(metric.difference(-0.003)).toBe("\u22120.3");
    expect(metric.differenceInterval([-0.009, 0.004])).toBe("\u22120.9 to +0.4");
    expect([metric.margin(0.01), metric.margin(0.005)]).toEqual(["1 point", "0.5 points"]);
  });
  test("a margin of half a point asks for a second decimal", () => {
    expect(shownMetric("accuracy", makeResults({ ...small, margin: 0.005 })).value(0.94161)).toBe("94.16%");
  });
  test("log loss is in nats and less is better", () => {
    const metric = shownMetric("log-loss", results);
    expect([metric.units, metric.sign, metric.value(0.1834)]).toEqual(["nats", -1, "0.183"]);
  });
  test("the decision's metric is the one that the verdict rests on", () => {
    expect(decisionMetric(results).name).toBe("accuracy");
    expect(decisionMetric(causalLm()).name).toBe("log-loss");
  });
  test("next-token prediction is named per token", () => {
    expect(isCausal(results)).toBe(false);
    expect(shownMetric("log-loss", causalLm()).title).toBe("Log loss per token");
  });
});

describe("missing numbers", () => {
  test("a rank without log loss has no mean of it", () => {
    const results = makeResults(small);
    const { logLoss: _, logLossInterval: __, ...summary } = results.decision.ranks[0]!;
    expect(meanAndInterval(summary, shownMetric("log-loss", results))).toBeUndefined();
    expect(meanAndInterval(summary, shownMetric("accuracy", results))?.mean).toBe(summary.accuracy);
  });
  test("a diverged run scores NaN, which is written as a dash", () => {
    const results = makeResults({ ...small, failures: [{ rank: 2, seed: 0, status: "diverged" }] });
    const metric = shownMetric("accuracy", results);
    expect(scoreOf(results.trials[0]!, metric)).toBeNaN();
    expect(numberCell(scoreOf(results.trials[0]!, metric), metric.value)).toBe("–");
    expect(numberCell(undefined, metric.value)).toBe("–");
  });
});
