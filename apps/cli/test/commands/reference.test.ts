import { readdirSync, readFileSync } from "node:fs";
import type { ComputeDtype } from "@lorank/graph";
import type { DeviceName } from "@lorank/graph/devices";
import type { Delimiter, Quote, TextEncoding } from "@lorank/tables";
import { describe, expect, expectTypeOf, test } from "vitest";
import { cliReference, sweepJsonSchema } from "../../src/commands/reference.ts";
import { createProgram } from "../../src/program.ts";
import type { computeChoices, deviceChoices, encodingChoices } from "../../src/settings/choices.ts";
import type { delimiterChoices, quoteChoices } from "../../src/settings/kinds.ts";
import type { CommandName } from "../../src/settings/setting.ts";
import { fileSettings, flagsOf, table } from "../../src/settings/table.ts";

const text = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

describe("what is made from the table: run scripts/write-reference.ts when one of these fails", () => {
  test("the schema of a sweep's file", () => {
    expect(text("../../schema/sweep.schema.json")).toBe(sweepJsonSchema());
  });
  test("the page on the command line", () => {
    expect(text("../../../../docs/cli.md")).toBe(cliReference());
  });
});

describe("the table", () => {
  test("has one row for a setting of a command", () => {
    const pairs = table.flatMap(({ key, commands }) => commands.map((command) => `${command} ${key}`));
    expect(pairs).toEqual([...new Set(pairs)]);
  });
  test("gives every command its flags", () => {
    for (const command of createProgram().commands) {
      const flags = command.options.map(({ long }) => long?.slice(2));
      const rows = flagsOf(command.name() as CommandName);
      expect(flags, command.name()).toEqual(expect.arrayContaining(rows.map(({ key }) => key)));
    }
  });
  test("allows no other key in the file, and none that is for the flags alone", () => {
    expect(JSON.parse(sweepJsonSchema())).toMatchObject({ additionalProperties: false });
    expect(fileSettings().map(({ key }) => key)).not.toContain("dry-run");
  });
  test("names every device and every type that products can be computed in", () => {
    expectTypeOf<(typeof deviceChoices)[number]>().toEqualTypeOf<DeviceName | "auto">();
    expectTypeOf<(typeof computeChoices)[number]>().toEqualTypeOf<ComputeDtype>();
  });
  test("names every encoding, delimiter and quote that data are read with", () => {
    expectTypeOf<(typeof encodingChoices)[number]>().toEqualTypeOf<TextEncoding>();
    expectTypeOf<(typeof delimiterChoices)[number]>().toEqualTypeOf<Delimiter>();
    expectTypeOf<(typeof quoteChoices)[number]>().toEqualTypeOf<Quote>();
  });
  test("takes every default as a value", () => {
    for (const { key, kind, ...row } of table) {
      const usual = "default" in row ? row.default : undefined;
      const words =
        typeof usual === "string" && kind.names?.includes(usual) !== true && kind.placeholder !== "model";
      if (usual === undefined || words) continue;
      expect(kind.parse(usual), key).toEqual(usual);
    }
  });
});

test("help is made without a runtime, a tokenizer or a parser of YAML", () => {
  const heavy = /@lorank\/(graph|train|sweep|checkpoint)"|"yaml"|"zod"/;
  const settings = [
    "table",
    "kinds",
    "object-kind",
    "setting",
    "executors",
    "help",
    "quantization",
    "card-memory",
  ];
  const all = readdirSync(new URL("../../src/tools", import.meta.url), { encoding: "utf8", recursive: true });
  const tools = all.filter((name) => name.endsWith(".ts"));
  const files = [...settings.map((name) => `settings/${name}.ts`), ...tools.map((name) => `tools/${name}`)];
  for (const file of files) {
    const imports = text(`../../src/${file}`).match(/^import (?!type).*$/gm) ?? [];
    expect(
      imports.filter((line) => heavy.test(line)),
      file,
    ).toEqual([]);
  }
});
