import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { estimateRanks, matchCatalogueModel, profileOf } from "@lorank/core/memory";
import { memoryNames } from "@lorank/core/memory-names";
import { modelShapeFromConfig, selectTargets } from "@lorank/core/models";
import { describe, expect, test } from "vitest";
import { commandsFor } from "../../src/commands/commands.ts";
import { readMemoryFlags, typedChoice } from "../../src/commands/memory/choices.ts";
import { settings } from "../../src/commands/memory/command.ts";
import { optionName } from "../../src/commands/memory/print-card.ts";
import { createProgram } from "../../src/program.ts";

const commands = await commandsFor();

const folders = ["../../src/commands/memory/", "../../src/tools/", "../../../../packages/core/src/memory/"];

/** The sources with the texts that `lorank memory` prints, without their comments. */
const sources = folders.flatMap((folder) => {
  const path = fileURLToPath(new URL(folder, import.meta.url));
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith("command.ts"))
    .map((file) => {
      const code = readFileSync(`${path}${file}`, "utf8");
      return { file, code: code.replaceAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, "") };
    });
});

const memoryCommand = () => createProgram(commands).commands.find((command) => command.name() === "memory")!;

describe("advice of the memory command", () => {
  test("names flags that exist, with values that exist", () => {
    const flags = memoryCommand().options.map(({ long }) => long);
    const advice = sources.flatMap(({ file, code }) =>
      [...code.matchAll(/(?<![\w-])--([a-z][a-z-]*[a-z])(?![a-z-])(?: (?!must\b)([a-z0-9][\w.-]*))?/g)].map(
        ([, flag, value]) => ({
          where: `${file}: --${flag} ${value ?? ""}`,
          ...{ flag, value },
        }),
      ),
    );
    expect(advice.map(({ flag }) => flag)).toEqual(expect.arrayContaining(["gpu", "base", "optimizer"]));
    for (const { where, flag, value } of advice) {
      expect(flags, where).toContain(`--${flag}`);
      const names = settings.find(({ key }) => key === flag)?.kind.names;
      if (value !== undefined && names !== undefined) expect(names, where).toContain(value);
    }
  });

  test("names changes that can be typed, under every profile", () => {
    const shape = modelShapeFromConfig(matchCatalogueModel("llama-3.2-1b")!.model.config);
    const options = {
      shape,
      targets: selectTargets(shape, "all-linear"),
      ranks: [16],
      base: "bf16" as const,
      card: { bytes: 1e9 },
      microBatch: 4,
      seq: 2048,
    };
    const lines = new Set(
      memoryNames.profile
        .map(profileOf)
        .flatMap((profile) => estimateRanks({ ...options, profile }).advice!.single)
        .flatMap(({ set }) =>
          Object.entries(set).map(([name, value]) => typedChoice(optionName(name), value)),
        ),
    );
    expect(lines.size).toBeGreaterThan(8);
    for (const line of lines) {
      const command = memoryCommand();
      expect(command.parseOptions(line.split(" ")).unknown, line).toEqual([]);
      expect(() => readMemoryFlags(command.opts()), line).not.toThrow();
    }
  });
});
