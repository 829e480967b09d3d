import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ReadConfig } from "../src/memory/read-training-config.ts";
import { readTrainingConfig } from "../src/memory/read-training-config.ts";
import { temporaryFolder } from "./cli.ts";

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
