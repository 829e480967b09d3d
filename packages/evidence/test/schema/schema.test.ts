import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { generateResultsSchema, schemaFile } from "../../scripts/generate-results-schema.ts";
import type { Schema } from "../../src/schema/check-schema.ts";
import { resultsSchema } from "../../src/schema/parse-results.ts";

const understood = new Set(
  "$schema title description definitions $ref type const enum minimum maximum anyOf properties required items minItems maxItems".split(
    " ",
  ),
);

/** Every keyword that a schema uses; names of properties and definitions are no keywords. */
function keywords(schema: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(schema)) {
    for (const item of schema) keywords(item, found);
  } else if (typeof schema === "object" && schema !== null) {
    for (const [key, value] of Object.entries(schema)) {
      found.add(key);
      const named = key === "properties" || key === "definitions";
      if (named) for (const member of Object.values(value as object)) keywords(member, found);
      else keywords(value, found);
    }
  }
  return found;
}

describe("results.schema.json", () => {
  test("is what the types say (else `npm run generate` writes it)", () => {
    expect(readFileSync(schemaFile, "utf8")).toBe(generateResultsSchema());
  });

  test("is what the package exports", () => {
    expect(resultsSchema).toEqual(JSON.parse(readFileSync(schemaFile, "utf8")));
  });

  test("uses only keywords that the check understands", () => {
    expect([...keywords(resultsSchema)].filter((keyword) => !understood.has(keyword))).toEqual([]);
  });

  test("gives every number its range, but for differences and for what has none", () => {
    const free = new Set<string>();
    const walk = (schema: Schema, path: string): void => {
      const { type, minimum, maximum, $ref, const: only, enum: some } = schema;
      const isNumber = type === "number" || type === "integer";
      if (isNumber && minimum === undefined && maximum === undefined && (only ?? some) === undefined)
        free.add(path);
      if ($ref !== undefined) return;
      for (const branch of schema.anyOf ?? []) walk(branch, path);
      for (const item of [schema.items ?? []].flat()) walk(item, `${path}[]`);
      for (const [name, member] of Object.entries(schema.properties ?? {})) walk(member, `${path}.${name}`);
    };
    for (const [name, schema] of Object.entries(resultsSchema.definitions!)) walk(schema, name);
    expect([...free].sort()).toEqual([
      "BestAndLast.best",
      "BestAndLast.last",
      "BestBet.mayLose",
      "ChoiceGain.accuracyGain",
      "ChoiceGain.gain",
      "CollapsedRun.score",
      "Confirmation.advantage",
      "DoublingGain.gain",
      "Evaluation.positiveScores[]",
      "Interval[]",
      "LossPoint.loss",
      "MetricScores.accuracy",
      "MetricScores.auroc",
      "MetricScores.f1",
      "MetricScores.log-loss",
      "MetricScores.macro-f1",
      "MetricScores.mcc",
      "MetricScores.task-log-loss",
      "MetricScores.task-mean",
      "PairSummary.advantage",
      "PairSummary.variance.example",
      "PairSummary.variance.residual",
      "PairSummary.variance.seed",
      "Pilot.advantage",
      "PointScore.score",
      "PointsFinding.gain",
      "PriorAdvantage.accuracy",
      "PriorAdvantage.logLoss",
      "RaceDrop.shortfall",
      "RankConvergence.fall",
      "RankConvergence.trainLoss",
      "RankFall.best",
      "RankFall.last",
      "RankPoints.chosen",
      "RankPoints.gain",
      "RankPoints.last",
      "RankPrediction.advantage",
      "RankSummary.differenceToBest",
      "RankSummary.shortfallBound",
      "RateRegret.regret",
      "ReturnStep.gain",
      "ReturnStep.perAdapterByte",
      "ReturnStep.perDoubling",
      "ReturnStep.perParam",
      "ReturnStep.perSecond",
      "RobustnessRate.advantage",
      "RobustnessRun.quality",
      "RobustnessScaling.advantage",
      "RobustnessScaling.gain",
      "SecondaryFinding.limit",
      "SecondaryOutcome.limit",
      "SecondaryScore.bound",
      "SecondaryScore.mean",
      "SecondaryValues.values[]",
      "Selection.expectedInflation",
      "VerdictByTask.advantage",
    ]);
  });

  test("carries the rules that the types state in words", () => {
    expect(resultsSchema.definitions).toMatchObject({
      Count: { type: "integer", minimum: 0 },
      Share: { type: "number", minimum: 0, maximum: 1 },
      Interval: { type: "array", minItems: 2, maxItems: 2 },
    });
  });
});
