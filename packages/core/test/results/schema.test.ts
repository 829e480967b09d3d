import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { generateResultsSchema, schemaFile } from "../../scripts/generate-results-schema.ts";
import { resultsSchema } from "../../src/results/schema.ts";

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
  test("is what the types say (else run `pnpm generate:schema`)", () => {
    expect(readFileSync(schemaFile, "utf8")).toBe(generateResultsSchema());
  });

  test("is what the package exports", () => {
    expect(resultsSchema).toEqual(JSON.parse(readFileSync(schemaFile, "utf8")));
  });

  test("uses only keywords that the check understands", () => {
    expect([...keywords(resultsSchema)].filter((keyword) => !understood.has(keyword))).toEqual([]);
  });

  test("carries the rules that the types state in words", () => {
    expect(resultsSchema.definitions).toMatchObject({
      Count: { type: "integer", minimum: 0 },
      Share: { type: "number", minimum: 0, maximum: 1 },
      Interval: { type: "array", minItems: 2, maxItems: 2 },
    });
  });
});
