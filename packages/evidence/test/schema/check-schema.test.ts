import { describe, expect, test } from "vitest";
import { checkSchema, type Schema, valueText } from "../../src/schema/check-schema.ts";

/** Issues as the lines that an error shows. */
function lines(schema: Schema, value: unknown): string[] {
  return checkSchema(schema, value).map((issue) => `${issue.path} must be ${issue.rule}, got ${issue.value}`);
}

const union: Schema = {
  anyOf: [
    {
      type: "object",
      properties: { kind: { const: "a" }, size: { type: "number" } },
      required: ["kind", "size"],
    },
    { type: "object", properties: { kind: { const: "b" } }, required: ["kind"] },
  ],
};

describe("checkSchema", () => {
  test.each<[Schema, unknown, string]>([
    [{ type: "string" }, 3, "$ must be a string, got 3"],
    [{ type: "number" }, "3", '$ must be a number, got "3"'],
    [{ type: "number" }, Number.NaN, "$ must be a number, got NaN"],
    [{ type: "boolean" }, null, "$ must be a boolean, got null"],
    [{ type: "object" }, [1], "$ must be an object, got an array of 1"],
    [{ type: "array" }, {}, "$ must be an array, got an object"],
    [{ type: "integer", minimum: 0 }, 2.5, "$ must be a whole number of at least 0, got 2.5"],
    [{ type: "integer", minimum: 0 }, -1, "$ must be a whole number of at least 0, got -1"],
    [{ type: "number", minimum: 0, maximum: 1 }, 1.01, "$ must be a number between 0 and 1, got 1.01"],
    [{ type: "number", const: 1 }, 2, "$ must be 1, got 2"],
    [{ type: "string", enum: ["a", "b"] }, "c", '$ must be one of "a", "b", got "c"'],
    [{ type: "array", minItems: 2, maxItems: 2 }, [1], "$ must be an array of 2 items, got an array of 1"],
    [
      { anyOf: [{ type: "integer", minimum: 0 }, { type: "null" }] },
      "x",
      '$ must be a whole number of at least 0 or null, got "x"',
    ],
    [union, { kind: "c" }, '$ must be an object with kind "a" or an object with kind "b", got an object'],
    [union, { kind: "a", size: "big" }, '$.size must be a number, got "big"'],
    [union, { kind: "a" }, "$.size must be a number, got nothing"],
  ])("of %j against %j says what is wrong", (schema, value, line) => {
    expect(lines(schema, value)).toEqual([line]);
  });

  test("collects every issue with its path, through references, lists and tuples", () => {
    const schema: Schema = {
      definitions: {
        Pair: { type: "array", minItems: 2, maxItems: 2, items: [{ type: "number" }, { type: "string" }] },
      },
      type: "object",
      properties: {
        pairs: { type: "array", items: { $ref: "#/definitions/Pair" } },
        name: { type: "string" },
      },
      required: ["pairs", "name"],
    };
    expect(
      lines(schema, {
        pairs: [
          [1, "a"],
          ["b", 2],
        ],
      }),
    ).toEqual([
      '$.pairs[1][0] must be a number, got "b"',
      "$.pairs[1][1] must be a string, got 2",
      "$.name must be a string, got nothing",
    ]);
  });

  test("says what a missing member must be, also a union of references", () => {
    const definitions: Schema["definitions"] = {
      Rank: { type: "integer", minimum: 0 },
      Other: { type: "null" },
    };
    const rank: Schema = {
      anyOf: [{ $ref: "#/definitions/Rank" }, { $ref: "#/definitions/Other" }, { type: "null" }],
    };
    expect(lines({ definitions, type: "object", properties: { rank }, required: ["rank"] }, {})).toEqual([
      "$.rank must be a whole number of at least 0 or null, got nothing",
    ]);
  });

  test("does not take an inherited member for one of the value's own", () => {
    // Written in a literal, TypeScript takes it for the inherited method.
    const properties = Object.fromEntries([["toString", { type: "string" } as Schema]]);
    const schema: Schema = { type: "object", properties, required: ["toString"] };
    expect(lines(schema, {})).toEqual(["$.toString must be a string, got nothing"]);
  });

  test("survives a list of a hundred thousand wrong items", () => {
    expect(checkSchema({ type: "array", items: { type: "number" } }, Array(100_000).fill("x"))).toHaveLength(
      100_000,
    );
  });
});

test("valueText cuts long values to 60 characters", () => {
  expect(valueText("x".repeat(100))).toBe(`"${"x".repeat(59)}…`);
});
