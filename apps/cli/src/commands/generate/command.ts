import { defineCommand } from "../../command.ts";
import { defaults as d } from "../../defaults.ts";
import { file } from "../../flags/common-kinds.ts";
import { data, running } from "../../flags/headings.ts";
import * as k from "../../flags/kinds.ts";
import { under, type ValuesOf } from "../../flags/setting.ts";
import { sweepSettings } from "../../settings/table.ts";

const prompts = under("Prompts:");
const answers = under("Answers:");

// biome-ignore format: a row per line
export const settings = [
  data("adapter", k.names, "PEFT folders or hub ids; several stand side by side with the base, as does one with the word base", { default: "the base alone" }),
  ...sweepSettings("quantize", "prompt-column", "response-column", "messages-column", "template"),
  prompts("prompts", file, "a file of prompts: a column prompt or messages, and the response where the answer is known; or a .txt with one a line"),
  prompts("prompt-ids", k.tokenIds, "token ids of a prompt; the model needs no tokenizer"),
  prompts("system", k.text("a text", "text"), "system message before each prompt, in the chat template"),
  answers("max-new-tokens", k.count, "most tokens of an answer", { unit: "tokens", default: d.answerTokens }),
  answers("temperature", k.amount, "divides the logits before a token is drawn; 0 takes the most probable", { default: d.temperature }),
  answers("top-p", k.topP, "draw from the most probable tokens that have this probability together", { default: 1 }),
  answers("seed", k.whole, "of the draws", { default: d.seed }),
  answers("stop", k.text("a text", "text"), "text that ends an answer; \\n stands for a line feed"),
  answers("ignore-eos", k.onOff, "go on behind the tokens that end an answer"),
  answers("batch-size", k.count, "prompts that are answered at a time", { default: d.generationBatch }),
  running("out", file, "one JSON line for each answer: prompt, answer, reference, finish", { short: "o" }),
  running("threads", k.count, "threads", { default: d.evaluationThreads, expert: true }),
  ...sweepSettings("device", "compute"),
] as const;

export type GenerateSettings = ValuesOf<(typeof settings)[number]>;

export const command = defineCommand({
  name: "generate",
  group: "Models and adapters:",
  arguments: [
    ["<model>", "starter, a model folder, a .gguf file or a hub id"],
    ["[prompt]", "the prompt; - reads it from standard input (also: --prompts, --prompt-ids)"],
  ],
  settings,
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
  load: () => import("./generate.ts"),
});
