import type { StackSettings } from "@lorank/core";
import type { Command } from "commander";

/** What can be chosen, by the names that options and `--json` have. */
export type ChoiceName =
  | "ranks"
  | "targets"
  | "base"
  | "method"
  | "labels"
  | "profile"
  | "gpu"
  | "microBatch"
  | "seq"
  | keyof StackSettings;

/** Flags as commander gives them: undefined where they were not typed. */
export type ChoiceFlags = { readonly [Name in ChoiceName]?: string | boolean | undefined };

/** The profile of this engine, whose memory is planned from its own programs. */
export const engineProfile = "lorank";

interface FlagRow {
  readonly name: ChoiceName;
  /** What a table of choices calls it. */
  readonly words: string;
  readonly flag: string;
  /** As help shows its value; a flag without one has a `--no-` twin. */
  readonly value?: string;
  readonly help: string;
}

const groups: readonly (readonly [heading: string, rows: readonly FlagRow[]])[] = [
  [
    "What is trained:",
    [
      {
        name: "ranks",
        words: "ranks",
        flag: "--ranks",
        value: "list",
        help: "ranks (default: 4,8,16,32,64)",
      },
      {
        ...{ name: "targets", words: "targets", flag: "--targets", value: "list" },
        help: "layers with an adapter, such as q_proj,v_proj (default: all-linear)",
      },
      {
        ...{ name: "base", words: "base", flag: "--base", value: "format" },
        help: "of the frozen weights: bf16, fp16, fp32, int8, gptq, nf4 or nf4-dq (default: bf16)",
      },
      {
        ...{ name: "method", words: "method", flag: "--method", value: "name" },
        help: "lora, full (all weights) or compare: LoRA, QLoRA and full side by side (default: lora)",
      },
      {
        ...{ name: "labels", words: "classes", flag: "--labels", value: "n" },
        help: "classes of a trained classification head (default: no such head)",
      },
    ],
  ],
  [
    "What it is trained on:",
    [
      {
        ...{ name: "gpu", words: "card", flag: "--gpu", value: "memory" },
        help: "of a card: 24GB, 40GiB. What fits, how far it goes, and what to change where it does not",
      },
      {
        ...{ name: "microBatch", words: "micro-batch", flag: "--micro-batch", value: "n" },
        help: "sequences in one pass (default: 1)",
      },
      {
        ...{ name: "seq", words: "length", flag: "--seq", value: "n" },
        help: "tokens of the longest sequence (default: 1024, or what the model takes if less)",
      },
    ],
  ],
  [
    "How it is trained (default: as the profile does):",
    [
      {
        ...{ name: "profile", words: "profile", flag: "--profile", value: "name" },
        help:
          "stack: peft, peft-2024, trl, trl-2024, axolotl, llama-factory, unsloth, qwen-2023, torchtune, " +
          "torchtune-2024, litgpt, litgpt-2023, or lorank: this engine on the CPU (default: peft)",
      },
      { name: "loss", words: "loss", flag: "--loss", value: "kind", help: "full, chunked or fused" },
      {
        ...{ name: "attention", words: "attention", flag: "--attention", value: "kind" },
        help: "eager, sdpa or flash",
      },
      {
        ...{ name: "checkpointing", words: "checkpointing", flag: "--checkpointing", value: "kind" },
        help: "of gradients: on, off or offload (block inputs on the host)",
      },
      {
        ...{ name: "optimizer", words: "optimiser", flag: "--optimizer", value: "name" },
        help: "adamw, adamw-8bit, paged-adamw-8bit, sgd (without momentum), lion or adafactor",
      },
      {
        ...{ name: "adapterDtype", words: "adapter in", flag: "--adapter-dtype", value: "dtype" },
        help: "fp32, bf16 or fp16",
      },
      {
        ...{ name: "dropout", words: "dropout", flag: "--dropout", value: "p" },
        help: "on the adapter's inputs, at least 0 and below 1",
      },
      {
        ...{ name: "kbitPrepare", words: "k-bit preparation", flag: "--kbit-prepare" },
        help: "prepare_model_for_kbit_training before adapters are added",
      },
      {
        ...{ name: "bnbVersion", words: "bitsandbytes", flag: "--bnb-version", value: "version" },
        help: "of bitsandbytes: before 0.43.2 it kept more",
      },
      { name: "packing", words: "packing", flag: "--packing", help: "texts fill the length" },
    ],
  ],
];

const rows = groups.flatMap(([, each]) => each);

/** Adds the flags to `command`, none with a default: what was not typed stays undefined. */
export function withMemoryFlags(command: Command): Command {
  for (const [heading, each] of groups) {
    command.optionsGroup(heading);
    for (const { flag, value, help } of each) {
      command.option(value === undefined ? flag : `${flag} <${value}>`, help);
      if (value === undefined) command.option(flag.replace("--", "--no-"), "the opposite");
    }
  }
  return command;
}

/** `--micro-batch` of `microBatch`. */
export function flagOf(name: ChoiceName): string {
  return rowOf(name).flag;
}

export function wordsOf(name: ChoiceName): string {
  return rowOf(name).words;
}

/** How to type that `name` is `value`: `--packing`, `--no-packing`, `--loss fused`. */
export function typed(name: ChoiceName, value: string): string {
  const { flag, value: placeholder } = rowOf(name);
  if (placeholder !== undefined) return `${flag} ${value}`;
  return value === "true" ? flag : flag.replace("--", "--no-");
}

function rowOf(name: ChoiceName): FlagRow {
  return rows.find((row) => row.name === name)!;
}
