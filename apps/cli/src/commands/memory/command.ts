import { memoryDefaults, memoryNames } from "@lorank/core/memory-names";
import { defineCommand } from "../../command.ts";
import { defaults as d } from "../../defaults.ts";
import { cardMemory } from "../../flags/card-memory.ts";
import { file } from "../../flags/common-kinds.ts";
import { output, question, shown } from "../../flags/headings.ts";
import * as k from "../../flags/kinds.ts";
import { quantizations } from "../../flags/quantization.ts";
import { under, type ValuesOf } from "../../flags/setting.ts";
import { exampleTools, readableConfigs } from "../../tools/tools.ts";

const [tool] = exampleTools;

const trained = under("What is trained:");
const loss = under("What it is trained for:");
const on = under("What it is trained on:");
const time = under(
  "How long it takes (hours by rank, as far as published step times allow; --gpu names the card):",
);
const stack = under("How it is trained (default: as the profile does):");

const dtype = k.choice(["fp32", "fp16", "bf16"]);

// biome-ignore format: a row per line
export const settings = [
  question("list", k.onOff, "print the models that are known without their files"),
  question("as", k.text("a model type", "type"), "read a config.json of a model_type that is not known as this one, such as llama"),
  question("config", file, `a config of ${k.choice(readableConfigs).rule}; flags win over it`),
  trained("ranks", k.ranks, "ranks", { default: memoryDefaults.ranks }),
  trained("targets", k.layers, "layers with an adapter, such as q_proj,v_proj", { default: d.targets }),
  trained("expert-rank", k.choice(memoryNames.expertRank), "rank on a mixture's experts: whole (PEFT), or divided by the experts that a token visits (NeMo Automodel's moe_rank_scaling, Megatron-Bridge's normalize_moe_lora)", { unit: "kind", default: "whole" }),
  trained("base", k.choice(memoryNames.base), "number format of the frozen weights", { unit: "format", default: memoryDefaults.base }),
  trained("quantize", k.choice(quantizations), "a 4-bit --base, by the flag of the other commands", { unit: "format" }),
  trained("method", k.choice(memoryNames.method), "lora, qlora (on nf4-dq, with what the stack's guides set), full (all weights) or compare: all three side by side", { default: memoryDefaults.method }),
  trained("labels", k.count, "classes of a trained classification head", { default: "no such head; 1 for a reward model" }),
  trained("trained-modules", k.list("embeddings, head or both", k.choice(memoryNames.trainedModule)), "modules trained in full beside the adapters, PEFT's modules_to_save", { default: "none" }),
  loss("objective", k.choice(memoryNames.objective), "sft, or pairs (dpo, orpo, simpo, reward, embedding), rated texts (kto), or groups of generated ones (grpo)", { default: "sft" }),
  loss("reference", k.choice(memoryNames.reference), "what gives reference log-probabilities", { default: "for dpo and kto the model with its adapters off" }),
  loss("completion", k.length, "tokens of a sequence that are scored, or generated", { unit: "tokens", default: "all of --seq" }),
  loss("generator", k.choice(memoryNames.generator), "what writes GRPO's completions; vllm is on the same card", { default: "transformers" }),
  loss("generations", k.count, "completions that a card writes at once", { default: "the micro-batch" }),
  loss("vllm-share", k.share, "share of the card that vLLM reserves", { default: 0.3 }),
  on("gpu", cardMemory, "a card (t4, 4090, a100-80gb) or its memory (24GB), several as 2x24GB: what fits, how far it goes, what to change where it does not"),
  on("strategy", k.choice(memoryNames.strategy), "what several cards share: ddp nothing, zero1 optimiser states, zero2 gradients too, zero3 and fsdp weights too", { default: "ddp, where --gpu has several cards; fsdp under torchtune" }),
  on("micro-batch", k.count, "sequences in one pass", { default: memoryDefaults.microBatch }),
  on("image-tokens", k.whole, "tokens of each sequence that come from images; counts the part that reads them (Qwen2.5-VL, Qwen3-VL, Gemma 3)", { unit: "tokens", default: "none, and the language model alone" }),
  on("seq", k.length, "tokens of the longest sequence; 8k is 8192", { unit: "tokens", default: `${memoryDefaults.seq}, or what the model takes if less` }),
  time("tokens", k.tokenCount, "tokens in the data, padding included: 500k, 2M, 1.5B", { unit: "tokens" }),
  time("examples", k.count, "examples in the data, each counted as --seq tokens"),
  time("epochs", k.positive, "passes over the data", { default: "1, with --tokens or --examples" }),
  time("price", k.positive, "what a card costs an hour, in your currency: adds what each rank costs"),
  stack("profile", k.choice([...memoryNames.profile, "lorank"]), "stack; lorank is this engine on the CPU", { default: memoryDefaults.profile }),
  stack("variant", k.choice(memoryNames.variant), "form of the adapter: DoRA's magnitudes, LoRA-FA's frozen A, or BD-LoRA in two blocks", { unit: "kind" }),
  stack("loss", k.choice(memoryNames.loss), "how the loss is computed", { unit: "kind" }),
  stack("attention", k.choice(memoryNames.attention), "how attention is computed", { unit: "kind" }),
  stack("checkpointing", k.choice(memoryNames.checkpointing), "of gradients; offload keeps block inputs on the host", { unit: "kind" }),
  stack("optimizer", k.choice(memoryNames.optimizer), "sgd has no momentum"),
  stack("adapter-dtype", dtype, "number format of A and B", { unit: "dtype" }),
  stack("lora-kernels", k.choice(memoryNames.loraKernels), "layers that fused kernels compute with their adapters", { unit: "kind" }),
  stack("fused-norms", k.onOff, "norms in one kernel, such as Liger's"),
  stack("dropout", k.share, "on the adapter's inputs"),
  stack("kbit-prepare", k.onOff, "prepare_model_for_kbit_training before adapters are added"),
  stack("bnb-version", k.version, "of bitsandbytes: before 0.43.2 it kept more"),
  stack("packing", k.onOff, "texts fill the length"),
  stack("padding", k.onOff, "texts differ in length, or share a row with positions of their own: sdpa reads a mask"),
  stack("compile", k.onOff, "torch.compile on each block"),
  stack("accumulation", k.onOff, "several passes before a step: gradients of earlier ones stay"),
  stack("optimizer-in-backward", k.onOff, "each weight steps when its gradient is there (--method full)"),
  shown("all", k.onOff, "the parts of the peak, every change that saves memory, and all assumptions too"),
  output("svg", file, "a picture of the peaks and their parts"),
] as const;

export type MemorySettings = ValuesOf<(typeof settings)[number]>;

export const command = defineCommand({
  name: "memory",
  group: "Start:",
  arguments: [
    [
      "[models...]",
      "one or several: a name of --list, starter, a folder, a .gguf file, a hub id (org/name), a config.json, or a training config",
    ],
  ],
  settings,
  summary: "what each rank costs before you train",
  description:
    "Peak memory of LoRA training by rank: on a named stack, for a card, beside QLoRA and full fine-tuning, for several " +
    "models. The first line is the answer. An estimate with bounds and assumptions. Only a model's config is fetched; of " +
    "a built-in one nothing.",
  examples: [
    ["lorank memory llama-3.1-8b --gpu 24GB", "does it fit, how far does it go, what to change"],
    [
      "lorank memory org/name --profile trl --micro-batch 4 --seq 2048",
      "under TRL's defaults, at that batch",
    ],
    [
      "lorank memory llama-3.1-8b qwen3-8b --method qlora --gpu t4 --ranks 16",
      "QLoRA of two models on one card",
    ],
    ["lorank memory config.json --base nf4-dq --ranks 16,64", "from the config alone, on a base in 4 bits"],
    ["lorank memory qlora.yaml --ranks 8,32", `what an ${tool.title} config says, at other ranks`],
    ["lorank memory org/name --method compare --ranks 16", "LoRA, QLoRA and full fine-tuning side by side"],
    [
      "lorank memory llama-3.1-8b --gpu a100-80gb --tokens 2M --price 2.5",
      "hours and cost by rank, for 2 million tokens",
    ],
    ["lorank memory org/name --gpu 24GB --svg memory.svg", "a picture, with a line where the card ends"],
    ["lorank memory starter --base fp32 --json", "the built-in model, for a program"],
  ],
  tool: { without: ["svg", "all"], fetches: true },
  load: () => import("./memory.ts"),
});
