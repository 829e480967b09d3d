import { defineCommand } from "../../command.ts";
import { defaults as d } from "../../defaults.ts";
import { file, model } from "../../flags/common-kinds.ts";
import { data, running } from "../../flags/headings.ts";
import * as k from "../../flags/kinds.ts";
import { under, type ValuesOf } from "../../flags/setting.ts";
import { sweepSettings } from "../../settings/table.ts";

const ids = under("Token ids:");

// biome-ignore format: a row per line
export const settings = [
  data("model", model, "the same as the argument"),
  data("adapter", model, "a PEFT folder or a hub id", { unit: "adapter", default: "the base alone" }),
  ...sweepSettings("quantize", "data", "encoding", "delimiter", "quote", "skip-invalid"),
  data("split", k.choice(["train", "validation", "test"]), "rows of this split", { default: "all; of spam-assassin, validation" }),
  data("task", k.choice(["classification", "instruction", "causal-lm"]), "causal-lm is another name of instruction", { default: "the adapter's, else by the data", expert: true }),
  ...sweepSettings("text-column", "label-column"),
  data("labels", k.names, "the classes in the head's order", { default: "the adapter's, else the model's, else alphabetical" }),
  ...sweepSettings("prompt-column", "response-column", "messages-column", "template", "max-length"),
  ids("tensors", file, "safetensors with input_ids and, if you have them, attention_mask and labels"),
  ids("gradients", k.onOff, "write the gradients of the loss too"),
  running("out", file, "with --tensors: safetensors with logits and loss; with texts: one JSON line each", { short: "o" }),
  running("threads", k.count, "threads", { default: d.evaluationThreads, expert: true }),
  ...sweepSettings("device", "compute"),
] as const;

export type EvalSettings = ValuesOf<(typeof settings)[number]>;

export const command = defineCommand({
  name: "eval",
  group: "Models and adapters:",
  arguments: [
    [
      "[model]",
      "starter, a model folder, a .gguf file or a hub id (also: --model); or a sweep's folder, or an adapter's",
    ],
  ],
  settings,
  summary: "loss and accuracy of a model, with or without an adapter",
  description:
    "Evaluate a base, or a base with an adapter, on texts or on token ids.\n" +
    "With a sweep's folder it evaluates as that sweep does, on the examples on which it compares its ranks: an adapter of " +
    "the sweep, another one by --adapter, or the base alone.\n" +
    "An adapter's folder outside of a sweep is evaluated on the base that its config names, or --model.\n" +
    "With --tensors it reads input_ids, attention_mask and labels as transformers takes them, and writes the logits, " +
    "the loss and, with --gradients, the gradient of every adapter tensor under its PEFT key. No tokenizer is needed.",
  examples: [
    ["lorank eval starter --adapter lorank-sweep/adapters/r8 --data test.csv", "on texts of your own"],
    ["lorank eval lorank-sweep/adapters/r8", "on the examples on which the sweep compares its ranks"],
    ["lorank eval lorank-sweep --adapter ./adapter", "an adapter from elsewhere on the same examples"],
    [
      "lorank eval ./model --adapter ./adapter --tensors in.safetensors --out out.safetensors",
      "on token ids",
    ],
  ],
  load: () => import("./eval.ts"),
});
