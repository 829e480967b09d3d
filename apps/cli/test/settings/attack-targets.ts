import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { assertFinite, type Target } from "../../../../scripts/attack/attack.ts";
import { type Case, corpusIn, filesWithin, generated } from "../../../../scripts/attack/corpus.ts";
import { mutatedLines } from "../../../../scripts/attack/mutate.ts";
import { readTrainingConfig } from "../../src/commands/memory/read-training-config.ts";
import { readSettings } from "../../src/settings/read-file.ts";
import { fileSettings } from "../../src/settings/table.ts";
import { readYaml } from "../../src/yaml-file.ts";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const examples = path("../../../../examples");
const corpus = (name: string, expected: Readonly<Record<string, string>>): Case[] =>
  corpusIn(path(`./corpus/${name}`), expected);
const commands = ["sweep", "plan", "train"] as const;

/** A sweep's file that is read gives settings of finite numbers under names that the table of settings has. */
export function settingsTargets(folder: string): readonly Target[] {
  const file = join(folder, "sweep.yaml");
  const known = new Set(fileSettings().map(({ key }) => key));
  return [
    {
      name: "sweep YAML",
      originals: ["sweep.yaml", "demo.yaml", "control-random-base.yaml"].flatMap((name) =>
        filesWithin(examples, name),
      ),
      corpus: [
        ...corpus("sweep", {
          "alias-in-its-anchor.yaml": "E_YAML",
          "alias-of-nothing.yaml": "E_YAML",
          "billion-laughs.yaml": "E_YAML",
          "list-as-a-key.yaml": "E_CONFIG",
          "proto.yaml": "E_CONFIG",
        }),
        generated("60,000 keys", "E_YAML", () => Buffer.from(lines(60_000, (i) => `k${i}: 1`))),
        generated("brackets without end", "E_YAML", () => Buffer.alloc(60_000, "[")),
      ],
      mutate: mutatedLines,
      read: (mutant) => {
        writeFileSync(file, mutant);
        // One of the commands: reading takes longest here.
        const settings = readSettings(commands[mutant.length % 3]!, file, {});
        for (const key of Object.keys(settings)) if (!known.has(key)) throw new Error(`got a setting ${key}`);
        assertFinite(settings);
        // What was read is YAML again, of the same content: of one in four, for it takes twice as long as reading.
        if (mutant.length % 4 !== 0) return;
        const content = readYaml(file);
        writeFileSync(file, stringify(content, { aliasDuplicateObjects: false }));
        if (JSON.stringify(readYaml(file)) !== JSON.stringify(content))
          throw new Error("another content, written again");
      },
    },
    {
      name: "training config",
      originals: filesWithin(path("../fixtures/training-configs"), "config.yaml"),
      corpus: corpus("training", { "null.yaml": "E_CONFIG", "rank-of-1e308.yaml": "E_CONFIG" }),
      mutate: mutatedLines,
      read: (mutant) => {
        writeFileSync(file, mutant);
        const { settings, origins: _, unread: __, ...values } = readTrainingConfig(file);
        assertFinite([settings, values]);
      },
    },
  ];
}

const lines = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => `${line(i)}\n`).join("");
