import { describe, expect, test } from "vitest";
import { checkResultPart, checkResults, parseResults } from "../../src/schema/parse-results.ts";
import { decideChecked, probeOf, sweepOf } from "../checks/probed-trials.ts";
import { exampleResults, exampleTrial } from "../fixtures/results.ts";

/** A JSON copy of the example with `change` applied. */
// biome-ignore lint/suspicious/noExplicitAny: a test breaks the file in ways that no type allows
function broken(change: (json: any) => void): unknown {
  const json: unknown = JSON.parse(JSON.stringify(exampleResults()));
  change(json);
  return json;
}

describe("parseResults", () => {
  test("returns a results file as it is, a diverged trial and an absent log loss included", () => {
    const json = broken(() => {});
    expect(parseResults(json)).toEqual(exampleResults());
    expect(() => parseResults(broken((r) => delete r.decision.ranks[0].logLoss))).not.toThrow();
  });

  test("keeps members of a later minor version", () => {
    const json = broken((r) => {
      r.decision.notes = "new in 1.1";
    });
    expect(parseResults(json).decision).toHaveProperty("notes", "new in 1.1");
  });

  test("refuses a share of the largest class that no class can have", () => {
    const of = (share: number) => broken((r) => Object.assign(r.data, { majorityShare: share }));
    expect(() => parseResults(of(0.5))).not.toThrow();
    expect(() => parseResults(of(0))).toThrow(
      "$.data.majorityShare must be at least 1 / 2, as the share of the largest of 2 classes, got 0",
    );
  });

  test("reads a decision with a robustness probe and states of convergence", () => {
    const trials = sweepOf({ 4: [0.9, 0.9], 32: [0.9, 0.9] });
    const otherRates = probeOf({ 3: [0.9, "diverged"], 0.5: [0.8, 0.9] });
    const decision = decideChecked(trials, { otherRates });
    const results = { ...exampleResults(), decision };
    const read = parseResults(JSON.parse(JSON.stringify(results))).decision;
    expect(read).toEqual(results.decision);
    expect([read.convergence!.length, read.robustness!.rates.length]).toEqual([2, 3]);
    const wrong = broken((r) => {
      r.decision.convergence = [{ ...decision.convergence![0], state: "done" }];
    });
    expect(() => parseResults(wrong)).toThrow(/\$\.decision\.convergence\[0\]\.state must be one of/);
  });

  test("names every broken place with its path, the rule and the value", () => {
    const json = broken((r) => {
      r.sweep.metric = "f2";
      delete r.model.layers;
      r.decision.ranks[0].interval = [0.1];
      r.trials[1].spec.lora.rank = "8";
      r.trials[1].spec.task = { kind: "classification", labels: "ham, spam" };
      r.trials[2].evaluation.correct[3] = 7;
    });
    expect(() => parseResults(json)).toThrow(
      expect.objectContaining({
        code: "E_RESULTS",
        message: [
          "the results file has 6 problems:",
          '  $.sweep.metric must be one of "accuracy", "log-loss", "f1", "macro-f1", "mcc", "auroc", "task-mean", "task-log-loss", got "f2"',
          "  $.model.layers must be a whole number of at least 0, got nothing",
          "  $.decision.ranks[0].interval must be an array of 2 items, got an array of 1",
          '  $.trials[1].spec.task.labels must be an array, got "ham, spam"',
          '  $.trials[1].spec.lora.rank must be a whole number of at least 0, got "8"',
          "  $.trials[2].evaluation.correct[3] must be a number between 0 and 1, got 7",
        ].join("\n"),
      }),
    );
  });

  test("shows twenty problems and counts the rest", () => {
    const json = broken((r) => {
      r.sweep.seeds = Array(50).fill("x");
    });
    const run = (): unknown => parseResults(json);
    expect(run).toThrow("the results file has 50 problems:");
    expect(run).toThrow(
      /\n {2}\$\.sweep\.seeds\[19\] must be a whole number of at least 0, got "x"\n {2}and 30 more$/,
    );
  });

  test("names a verdict of schema 1 by what it certified, and keeps the name that it had", () => {
    const stored = (verdict: string, bound: number) =>
      broken((r) => {
        r.schemaVersion = 1;
        Object.assign(r.decision, { verdict, rank: 4, certifiedRank: bound <= r.decision.margin ? 4 : null });
      });
    const read = (json: unknown) => {
      const { schemaVersion, decision } = parseResults(json);
      return { schemaVersion, verdict: decision.verdict, earlier: decision.earlier };
    };
    const earlier = { verdict: "adequate", rank: 4 };
    expect(read(stored("adequate", 0.017))).toEqual({ schemaVersion: 2, verdict: "provisional", earlier });
    expect(read(stored("adequate", 0.006))).toEqual({ schemaVersion: 2, verdict: "adequate", earlier });
    expect(read(stored("indistinguishable", 0.017)).verdict).toBe("indistinguishable");
    expect(parseResults(broken(() => {})).decision).not.toHaveProperty("earlier");
  });

  test("tells another schema version from a broken file", () => {
    expect(() => parseResults({ schemaVersion: 3 })).toThrow(
      expect.objectContaining({
        code: "E_RESULTS_VERSION",
        message:
          "the results file: schemaVersion must be 1 or 2, got 3; a later version of LoRAnk wrote this file, update to read it",
      }),
    );
  });

  test.each([
    [null, "null"],
    [[], "an array of 0"],
    ["{}", '"{}"'],
    [undefined, "undefined"],
  ])("rejects %o", (value, text) => {
    expect(() => parseResults(value)).toThrow(`$ must be an object with schemaVersion 2, got ${text}`);
  });

  test("refuses __proto__ keys anywhere, also where the schema does not look", () => {
    const text = JSON.stringify(exampleResults()).replace(
      '"name":"example"',
      '"name":"example","x":[{"__proto__":{"a":1}}]',
    );
    const issues = checkResults(JSON.parse(text));
    expect(issues).toEqual([{ path: "$.sweep.x[0].__proto__", rule: "absent", value: "an own key" }]);
    expect(({} as { a?: number }).a).toBeUndefined();
  });

  test("refuses what is nested a hundred thousand deep without an overflow of the stack", () => {
    const depth = 100_000;
    let nested: unknown = 1;
    for (let i = 0; i < depth; i++) nested = [nested];
    const json = broken((r) => {
      r.extra = nested;
    });
    const [issue, ...others] = checkResults(json);
    expect(issue).toMatchObject({ rule: "nested at most 500 deep", value: "more" });
    expect(issue!.path).toMatch(/^\$\.extra(\[0\])+/);
    expect(others).toEqual([]);
  });
});

describe("figures of an evaluation", () => {
  const name = (path: string, rule: string, got: string) =>
    `the results file has 1 problem:\n  ${path} must be ${rule}, got ${got}`;

  test.each([
    ["accuracy", 0.9, name("$.trials[1].evaluation.accuracy", "0.75, the mean of correct", "0.9")],
    ["logLoss", 0.25, name("$.trials[1].evaluation.logLoss", "0.5, the mean of logLosses", "0.25")],
    ["logLosses", [0.5], name("$.trials[1].evaluation.logLosses", "4 values, as correct has", "1 values")],
    ["logLosses", undefined, name("$.trials[1].evaluation.logLosses", "4 values, as correct has", "none")],
    ["logLoss", undefined, name("$.trials[1].evaluation.logLosses", "absent without logLoss", "4 values")],
    ["correct", [], name("$.trials[1].evaluation.correct", "a value for each example", "none")],
  ])("%s = %j is not believed against the examples", (field, value, message) => {
    const json = broken((r) => {
      r.trials[1].evaluation[field] = value;
    });
    expect(() => parseResults(JSON.parse(JSON.stringify(json)))).toThrow(message);
  });

  test("an accuracy over tokens need only lie among those of its examples", () => {
    const json = (accuracy: number) =>
      broken((r) => {
        for (const { spec, evaluation } of r.trials) {
          spec.task = { kind: "causal-lm" };
          if (evaluation !== undefined)
            Object.assign(evaluation, { accuracy, correct: [0.2, 0.3, 0.4, 0.5] });
        }
      });
    expect(checkResults(json(0.45))).toEqual([]);
    expect(checkResults(json(0.6))[0]).toEqual({
      path: "$.trials[0].evaluation.accuracy",
      rule: "between 0.2 and 0.5, the least and the most of correct",
      value: "0.6",
    });
  });

  test("checkResultPart checks one part by the same rules", () => {
    const [trial] = exampleResults().trials;
    expect(checkResultPart("TrialResult", trial)).toEqual([]);
    expect(checkResultPart("TrialResult", null)).toEqual([{ path: "$", rule: "an object", value: "null" }]);
    const evaluation = { ...trial!.evaluation!, accuracy: 1 };
    expect(checkResultPart("TrialResult", { ...trial, evaluation })[0]).toMatchObject({
      path: "$.evaluation.accuracy",
    });
    const run = { trialId: "t", rank: 4, seed: 0, evaluation: { ...evaluation, logLoss: 1 } };
    expect(checkResultPart("TestRun", run)[0]).toMatchObject({ path: "$.evaluation.logLoss" });
  });
});

test("a point of a loss curve has no forbidden key either", () => {
  const text = JSON.stringify(exampleTrial(4, 0)).replace('{"step":1,', '{"step":1,"__proto__":1,');
  expect(checkResultPart("TrialResult", JSON.parse(text))).toEqual([
    { path: "$.lossCurve[0].__proto__", rule: "absent", value: "an own key" },
  ]);
});

test("checkResults names what is too deep or not finite in a value that was parsed by others", () => {
  const json = JSON.parse(
    `{"schemaVersion":1,"deep":{"a":${"[".repeat(2000)}${"]".repeat(2000)}},"huge":1e400}`,
  );
  expect(checkResults(json)).toContainEqual({ path: "$.huge", rule: "a finite number", value: "Infinity" });
  expect(checkResults(json).map(({ rule }) => rule)).toContain("nested at most 500 deep");
});
