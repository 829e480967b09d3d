import type { CommandRow } from "../settings/setting.ts";

const adapter = ["<adapter>", "a PEFT adapter: its folder or hub id"] as const;

/** Commands that evaluate, use and change models and adapters. */
export const adapterCommands: readonly CommandRow[] = [
  {
    name: "eval",
    group: "Models and adapters:",
    arguments: [
      [
        "[model]",
        "starter, a model folder, a .gguf file or a hub id (also: --model); or a sweep's folder, or an adapter's",
      ],
    ],
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
    run: async (flags, model) => (await import("../eval/eval-command.ts")).runEvalCommand(model, flags),
  },
  {
    name: "generate",
    group: "Models and adapters:",
    arguments: [
      ["<model>", "starter, a model folder, a .gguf file or a hub id"],
      ["[prompt]", "the prompt; - reads it from standard input (also: --prompts, --prompt-ids)"],
    ],
    summary: "answers of a model, with or without adapters",
    description:
      "Let a causal language model answer prompts. A prompt goes through the model's chat template where it has one.\n" +
      "One answer is shown while it is made. Several adapters stand side by side with the base.",
    examples: [
      ["lorank generate model.gguf 'What is a rank?'", "one prompt"],
      [
        "lorank generate ./model --adapter out/adapters/r4,out/adapters/r16 'What is a rank?'",
        "ranks compared",
      ],
      [
        "lorank generate ./model --adapter out/adapters/r16 --prompts test.jsonl -o answers.jsonl",
        "answers of a file, to be judged",
      ],
      [
        "lorank generate ./model --prompt-ids 3,14,15 --max-new-tokens 32 --ignore-eos --json",
        "token ids, for a program",
      ],
    ],
    run: async (flags, model, prompt) =>
      (await import("../generate/generate-command.ts")).runGenerateCommand(model!, prompt, flags),
  },
  {
    name: "inspect",
    group: "Models and adapters:",
    arguments: [adapter],
    summary: "what an adapter's update looks like",
    description:
      "Show the singular spectrum of an adapter's update by kind of module: norm, stable and effective rank, " +
      "and which programs cannot read the adapter as it is.",
    examples: [
      ["lorank inspect out/adapters/r16", "by kind of module"],
      ["lorank inspect out/adapters/r16 --layers", "each layer"],
      ["lorank inspect org/adapter --json", "one from the hub, all singular values"],
    ],
    run: async (flags, name) =>
      (await import("../adapter/inspect-command.ts")).runInspectCommand(name!, flags),
  },
  {
    name: "truncate",
    group: "Models and adapters:",
    arguments: [adapter],
    summary: "lower the rank of an adapter",
    description:
      "Write the adapter of a lower rank whose update is nearest, layer by layer (by SVD, without training).\n" +
      "Heads are kept; alpha becomes the rank.",
    examples: [["lorank truncate out/adapters/r64 --rank 8 -o r8", "rank 64 to rank 8"]],
    run: async (flags, name) =>
      (await import("../adapter/truncate-command.ts")).runTruncateCommand(name!, flags),
  },
  {
    name: "merge",
    group: "Models and adapters:",
    arguments: [
      ["<model>", "the base: starter, a model folder, a .gguf file or a hub id"],
      ["<adapter>", "a PEFT adapter on it: its folder or hub id"],
    ],
    summary: "fold an adapter into its base",
    description:
      "Write a model with the adapter's update in its weights, one tensor at a time.\n" +
      "Each tensor keeps its type; a trained head, config and tokenizer go along.",
    examples: [
      ["lorank merge ./Llama-3.2-1B out/adapters/r8 -o merged", "a model of its own"],
      ["lorank merge model.Q4_K.gguf out/adapters/r8 -o merged --dtype bf16", "from a quantised base"],
      [
        "lorank merge ./Llama-3.2-1B qlora -o merged --into dequantized",
        "what a QLoRA adapter was trained on",
      ],
    ],
    run: async (flags, model, name) =>
      (await import("../adapter/merge-command.ts")).runMergeCommand(model!, name!, flags),
  },
  {
    name: "export",
    group: "Models and adapters:",
    arguments: [adapter],
    summary: "write an adapter in the form that most programs read",
    description:
      "Write the same update for vLLM, llama.cpp's converter and PEFT alike: one rank for all layers, alpha = rank, " +
      "the scaling in B, float32, no trained head.\n" +
      "With --format gguf, write a LoRA file that llama.cpp and Ollama load beside the base's GGUF.",
    examples: [
      ["lorank export out/adapters/r16 -o portable", "an adapter for serving"],
      ["lorank export out/adapters/r16 --format gguf -o r16.gguf", "the same for llama.cpp"],
    ],
    run: async (flags, name) => (await import("../adapter/export-command.ts")).runExportCommand(name!, flags),
  },
  {
    name: "quantize",
    group: "Models and adapters:",
    arguments: [["<model>", "starter, a model folder, a .gguf file or a hub id"]],
    summary: "write a model in 4 bits, as bitsandbytes and transformers keep it",
    description:
      "Write the linear layers of all blocks in 4 bits, one tensor at a time, and say how far off each is.\n" +
      "Embeddings, norms, biases and heads stay as they are; config and tokenizer go along.",
    examples: [
      ["lorank quantize ./Llama-3.2-1B -o llama-nf4 --double-quant", "as QLoRA has it"],
      ["lorank quantize model.Q8_0.gguf -o model-nf4", "from another quantisation"],
      ["lorank quantize org/name -o nf4 --keep-layers 0,mlp.down_proj", "with a block and a kind left out"],
    ],
    run: async (flags, model) =>
      (await import("../quantize/quantize-command.ts")).runQuantizeCommand(model!, flags),
  },
];
