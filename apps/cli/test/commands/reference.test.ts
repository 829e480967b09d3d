import { readdirSync, readFileSync } from "node:fs";
import type { ComputeDtype } from "@lorank/graph";
import type { DeviceName } from "@lorank/graph/devices";
import type { Delimiter, Quote, TextEncoding } from "@lorank/tables";
import { describe, expect, expectTypeOf, test } from "vitest";
import { generatedFiles } from "../../scripts/generated.ts";
import { sweepJsonSchema } from "../../scripts/reference.ts";
import { commandsFor } from "../../src/commands/commands.ts";
import type { computeChoices, deviceChoices, encodingChoices } from "../../src/flags/choices.ts";
import type { delimiterChoices, quoteChoices } from "../../src/flags/kinds.ts";
import { flagsOf } from "../../src/flags/setting.ts";
import { createProgram } from "../../src/program.ts";
import { fileSettings, table } from "../../src/settings/table.ts";

const commands = await commandsFor();

const text = (path: string | URL) => readFileSync(new URL(path, import.meta.url), "utf8");

test("what is made from the commands is fresh: npm run generate writes it", () => {
  const stale = [...generatedFiles()].filter(([file, content]) => text(file) !== content);
  expect(stale.map(([file]) => file.pathname)).toEqual([]);
});

describe("the table", () => {
  test("has one row for a setting of a command", () => {
    const pairs = table.flatMap(({ key, commands }) => commands.map((command) => `${command} ${key}`));
    expect(pairs).toEqual([...new Set(pairs)]);
  });
  test("gives every command its flags", () => {
    const program = createProgram(commands).commands;
    for (const { name, settings } of commands) {
      const command = program.find((one) => one.name() === name)!;
      const flags = command.options.map(({ long }) => long?.slice(2));
      expect(flags, name).toEqual(expect.arrayContaining(flagsOf(settings).map(({ key }) => key)));
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

test("a model's program is told which tools may reach the network: those that find a model on the hub", () => {
  const fetching = commands.filter(({ tool }) => tool?.fetches).map(({ name }) => name);
  expect(fetching.toSorted()).toEqual(["config", "memory", "plan"]);
});

test("help is made without a runtime, a tokenizer or a parser of YAML", () => {
  const heavy = /@lorank\/(graph|train|sweep|checkpoint)"|"yaml"|"zod"/;
  const filesOf = (folder: string) =>
    readdirSync(new URL(`../../src/${folder}`, import.meta.url), { encoding: "utf8", recursive: true })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => `${folder}/${name}`);
  const facts = filesOf("commands").filter((name) => name.endsWith("/command.ts"));
  const files = ["settings/table.ts", ...facts, ...["flags", "executors", "tools"].flatMap(filesOf)];
  for (const file of files) {
    const imports = text(`../../src/${file}`).match(/^import (?!type).*$/gm) ?? [];
    expect(
      imports.filter((line) => heavy.test(line)),
      file,
    ).toEqual([]);
  }
});
