import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { sweepJsonSchema } from "../src/config/json-schema.ts";
import { settingKeys } from "../src/config/settings-schema.ts";
import { createProgram } from "../src/program.ts";

describe("the schema of sweep files", () => {
  test("is the published one: run scripts/write-schema.ts when this fails", () => {
    expect(readFileSync(new URL("../schema/sweep.schema.json", import.meta.url), "utf8")).toBe(
      sweepJsonSchema(),
    );
  });
  test("allows no other key", () => {
    expect(JSON.parse(sweepJsonSchema())).toMatchObject({ additionalProperties: false });
  });
  test("has a flag of the same name for every key", () => {
    const sweep = createProgram().commands.find((command) => command.name() === "sweep");
    const flags = sweep?.options.map(({ long }) => long?.slice(2));
    expect(settingKeys.filter((key) => !flags?.includes(key))).toEqual([]);
  });
});
