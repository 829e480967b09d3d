import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import type { ReadConfig } from "../src/commands/memory/read-training-config.ts";
import { readTrainingConfig } from "../src/commands/memory/read-training-config.ts";
import { words } from "../src/tools/reading.ts";

/** Configs of the tools, `axolotl/config.yaml`: each tool has a folder of its name. */
export const configFixtures = readdirSync(configFixture(""), { encoding: "utf8", recursive: true }).filter(
  (name) => /config\.(json|yaml)$/.test(name),
);

export function configFixture(name: string): string {
  return fileURLToPath(new URL(`fixtures/training-configs/${name}`, import.meta.url));
}

/** Fields of an Axolotl config that trains with QLoRA, but for the model. */
export const axolotlQlora = `adapter: qlora
load_in_4bit: true
lora_r: 32
lora_target_linear: true
micro_batch_size: 2
sequence_len: 4096
gradient_checkpointing: true`;

/** A config with this text, which is gone when the test has finished. */
export function writtenConfig(text: string, name = "config.yaml"): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

export function readText(text: string, name?: string): ReadConfig {
  return readTrainingConfig(writtenConfig(text, name));
}

/** Paths of the fields that a tool knows. */
export function toolPaths(tool: string): string[] {
  const keys = parse(readFileSync(configFixture(`${tool}/keys.yaml`), "utf8")) as Record<string, string>;
  return Object.entries(keys).flatMap(([parent, names]) =>
    words(names).map((key) => (parent === "" ? key : `${parent}.${key}`)),
  );
}
