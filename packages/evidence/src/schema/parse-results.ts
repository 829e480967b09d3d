import { InputError, jsonIssues, type SchemaIssue } from "@lorank/core";
import { checkSchema, type Schema, valueText } from "./check-schema.ts";
import { evaluationIssues, issuesOf, statusIssues } from "./evaluation-issues.ts";
import { provenRank } from "./rank-to-use.ts";
import generated from "./results.schema.json" with { type: "json" };
import type { Results, TrialResult } from "./types.ts";

const shownIssues = 20;

/**
 * Checks that `json` (from `JSON.parse`) is a results file of schema 1 or 2. Unknown members are preserved, so that
 * files by a later minor version can be read. A schema 1 verdict is renamed by the rule of 2; `decision.earlier` has
 * the old name. Other numbers stand until the trials are decided anew.
 *
 * @param name file name in errors
 * @throws InputError `E_RESULTS_VERSION` for another schema version. Else `E_RESULTS` with every broken place: JSON
 * path, rule and value, and with means that contradict the examples.
 */
export function parseResults(json: unknown, name = "the results file"): Results {
  const version = versionOf(json);
  if (version !== undefined && version !== 1 && version !== 2) {
    throw new InputError(
      "E_RESULTS_VERSION",
      `${name}: schemaVersion must be 1 or 2, got ${valueText(version)}; a later version of LoRAnk wrote this file, update to read it`,
    );
  }
  const issues = checkResults(json);
  if (issues.length > 0) throw new InputError("E_RESULTS", issuesText(name, issues));
  return version === 1 ? upgraded(json as Results) : (json as Results);
}

/** Lists the places where `json` breaks the schema. */
export function checkResults(json: unknown): SchemaIssue[] {
  // Schema 1 members are all as in 2, and its verdicts have names in 2.
  const present = versionOf(json) === 1 ? { ...(json as object), schemaVersion: 2 } : json;
  const issues = [...jsonIssues(json), ...checkSchema(resultsSchema, present)];
  return issues.length > 0 ? issues : evaluationIssues(json as Results);
}

/** Renames a schema 1 verdict, where `adequate` was also a rank that may lose more than the margin. */
function upgraded(results: Results): Results {
  const { decision } = results;
  const { verdict, rank } = decision;
  const isProvisional = verdict === "adequate" && rank !== provenRank(decision);
  const now = isProvisional ? ({ verdict: "provisional" } as const) : {};
  return {
    ...results,
    schemaVersion: 2,
    decision: { ...decision, ...now, earlier: { verdict, rank } },
  };
}

export type ResultPart = "TrialResult" | "Truncation" | "TestRun" | "SearchSummary";

/** Lists the places where `json` breaks the schema. */
export function checkResultPart(part: ResultPart, json: unknown): SchemaIssue[] {
  const schema: Schema = { ...resultsSchema, $ref: `#/definitions/${part}` };
  const issues = [...jsonIssues(json), ...checkSchema(schema, json)];
  if (issues.length > 0) return issues;
  const { evaluation, spec } = json as Partial<TrialResult>;
  return [
    ...(part === "TrialResult" ? statusIssues(json as TrialResult, "$") : []),
    ...issuesOf(evaluation, spec, "$.evaluation"),
  ];
}

function versionOf(json: unknown): unknown {
  if (typeof json !== "object" || json === null || !Object.hasOwn(json, "schemaVersion")) return undefined;
  return (json as { schemaVersion: unknown }).schemaVersion;
}

function issuesText(name: string, issues: readonly SchemaIssue[]): string {
  const shown = issues.slice(0, shownIssues);
  const rest = issues.length - shown.length;
  return [
    `${name} has ${issues.length} ${issues.length === 1 ? "problem" : "problems"}:`,
    ...shown.map(({ path, rule, value }) => `  ${path} must be ${rule}, got ${value}`),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ].join("\n");
}

/** JSON Schema (draft 7) for `Results`, generated from the types. */
export const resultsSchema: Schema = generated as Schema;

/** Removes members that depend on the machine and the moment: equal trials then have equal results. */
export function stripMeasured(result: TrialResult): Omit<TrialResult, "measured"> {
  const { measured: _, ...rest } = result;
  return rest;
}
