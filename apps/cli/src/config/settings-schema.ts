import { computeTypes, deviceNames } from "@lorank/graph";
import { z } from "zod";
import { quantizations } from "./quantization.ts";

/** The values of one key, with the rule that an error quotes. */
interface Setting {
  readonly schema: z.ZodType;
  /** Completes "<key> must be …". */
  readonly rule: string;
  readonly description: string;
  /** How a flag is read: its text as it stands, as a number or as a list; a switch has no text. */
  readonly flag: "text" | "number" | "numbers" | "texts" | "switch";
}

const count = z.number().int().positive();
const amount = z.number().nonnegative();
const ranks = z.array(count).min(1).refine(distinct);
const seedNumbers = z.array(z.number().int().nonnegative()).min(1).refine(distinct);
const names = z.array(z.string().min(1)).min(1).refine(distinct);

/** Every setting of a sweep by its key in the YAML file, which is also its flag. */
export const settings = {
  model: text(
    "starter, a model folder, a .gguf file or a hub id",
    "The base model: `starter`, a folder with config.json and safetensors, a `.gguf` file, or a hub id (`org/name`).",
  ),
  base: choice(
    ["pretrained", "random"],
    "The base's weights: those of the model, or random ones of its shapes.",
  ),
  quantize: choice(
    ["none", ...quantizations],
    "Keep the linear layers of the base's blocks in 4 bits: QLoRA. `-dq` is double quantisation.",
  ),
  data: text(
    "spam-assassin or a file",
    "Labelled texts or instructions: `spam-assassin`, or a CSV, TSV, JSONL or Parquet file.",
  ),
  "text-column": text("a column's name", "Column with the text. Guessed and said aloud where absent."),
  "label-column": text("a column's name", "Column with the class. Guessed and said aloud where absent."),
  task: choice(
    ["classification", "instruction"],
    "What is learned: a text's class, or the response to a prompt. Guessed from the columns and said aloud where absent.",
  ),
  "prompt-column": text(
    "a column's name",
    "Column with the prompt of an instruction. Guessed and said aloud where absent.",
  ),
  "response-column": text(
    "a column's name",
    "Column with the response that is learned. Guessed and said aloud where absent.",
  ),
  "messages-column": text(
    "a column's name",
    "Column with whole conversations, in place of prompt and response. Guessed and said aloud where absent.",
  ),
  template: text(
    "a text",
    "How prompt and response are written: a text with {prompt} and {response}. The model's chat template where absent.",
  ),
  "train-examples": number(count, "a positive integer", "How many texts to train on."),
  "validation-examples": number(count, "a positive integer", "How many texts to evaluate on."),
  "test-examples": number(
    z
      .number()
      .int()
      .nonnegative()
      .refine((value) => value !== 1),
    "an integer of at least 2, or 0 for none",
    "How many texts to score the recommended rank on, once, that nothing is chosen by: of the data's own test part, or set aside from training. 0: none.",
  ),
  "test-data": text(
    "a file",
    "Texts to score the recommended rank on, once: a file with the columns of the data.",
  ),
  "max-length": number(
    count,
    "a positive integer",
    "Most tokens of one text; the rest of a longer one is left out.",
  ),
  ranks: {
    schema: ranks,
    rule: "a list of different positive integers",
    description: "The ranks to compare.",
    flag: "numbers",
  },
  seeds: {
    schema: z.union([count, seedNumbers]),
    rule: "a positive integer (how many) or a list of different integers of at least 0",
    description: "How many seeds (5 means 1 to 5), or which ones. Every rank is trained under each.",
    flag: "numbers",
  },
  method: choice(
    ["grid", "probe", "race"],
    "Which trials are run: all; the largest rank, cut to predict the others, and the rank that looks adequate; or blocks of " +
      "seeds with the ranks that are not settled.",
  ),
  robustness: onOff(
    "Also train the smallest and the largest rank at a third and three times the learning rate: does the rank decide, or the rate?",
  ),
  metric: choice(["accuracy", "log-loss"], "What the verdict rests on."),
  margin: number(
    amount,
    "a number of at least 0",
    "Loss of quality that is still adequate: a share, or nats for log-loss.",
  ),
  confidence: number(
    z.number().min(0.5).lt(1),
    "at least 0.5 and below 1",
    "Of the intervals and the verdict.",
  ),
  alpha: {
    schema: z.union([z.number().positive(), z.literal("rank")]),
    rule: 'a positive number or "rank"',
    description:
      "Size of the update. `rank` sets it to each trial's rank, which changes the step size with the rank.",
    flag: "number",
  },
  scaling: choice(["lora", "rslora"], "The factor on B·A: alpha / rank, or alpha / √rank."),
  dropout: number(
    amount.lt(1),
    "at least 0 and below 1",
    "Probability that an element of the adapter's input is zeroed.",
  ),
  dora: onOff("DoRA: each row of a weight gets a trained magnitude besides A and B."),
  targets: {
    schema: z.union([z.literal("all-linear"), names]),
    rule: '"all-linear" or a list of different layer names',
    description: "The layers that get an adapter.",
    flag: "texts",
  },
  "learning-rate": numberOrAuto(
    "Of AdamW, at the top of the schedule. `auto`, of a sweep: found by a search before it.",
  ),
  "lora-plus": number(
    z.number().min(1),
    "a number of at least 1",
    "LoRA+: how many times the learning rate B learns with; 1 is plain LoRA.",
  ),
  schedule: choice(["constant", "linear", "cosine"], "How the learning rate goes down."),
  warmup: number(amount.max(1), "between 0 and 1", "Share of the steps in which the learning rate rises."),
  epochs: numberOrAuto(
    "Passes over the training texts. `auto`, of a sweep: doubled in a search before it as long as that improves a rank.",
  ),
  "batch-size": number(count, "a positive integer", "Texts in one optimiser step."),
  "micro-batch": number(
    count,
    "a positive integer",
    "Texts in one pass through the model; divides the batch size.",
  ),
  "weight-decay": number(amount, "a number of at least 0", "Of AdamW."),
  clip: number(amount, "a number of at least 0", "Largest norm of the gradient; 0 does not clip."),
  out: text("a folder", "Where the results go, relative to the working directory."),
  portable: onOff(
    "Hand out adapters in the form that most programs read: alpha = rank, the scaling in B, no rsLoRA.",
  ),
  jobs: number(count, "a positive integer", "Trials side by side."),
  threads: number(count, "a positive integer", "Threads of one trial. Changes times, not results."),
  device: choice(
    ["auto", ...deviceNames],
    "What to run on. `auto` takes a GPU that passes its self-test and is faster than the CPU. Changes results by rounding only.",
  ),
  compute: choice(
    computeTypes,
    "What matrix products are computed in, where the device has it; the CPU has float32 alone. Part of each trial.",
  ),
  pack: {
    schema: z.union([z.enum(["auto", "off"]), count]),
    rule: "auto, off or a positive integer",
    description:
      "Trials that share a process and its base. Results are then those without packs to rounding, not to the byte. `auto` measures it where trials run one after the other on another device than the CPU, and packs where that is clearly faster.",
    flag: "number",
  },
  "max-attempts": number(
    count,
    "a positive integer",
    "Starts of a trial in one run before it counts as failed.",
  ),
} as const satisfies Record<string, Setting>;

export type SettingKey = keyof typeof settings;

/** What a file or the flags say: any of the settings. */
export type PartialSettings = {
  readonly [Key in SettingKey]?: z.output<(typeof settings)[Key]["schema"]> | undefined;
};

export const settingKeys = Object.keys(settings) as SettingKey[];

/** The file as a whole; unknown keys are errors. */
export function sweepFileSchema() {
  const fields = settingKeys.map((key) => [
    key,
    settings[key].schema.optional().describe(settings[key].description),
  ]);
  return z.strictObject(Object.fromEntries(fields) as Record<string, z.ZodType>);
}

function number<S extends z.ZodType>(schema: S, rule: string, description: string) {
  return { schema, rule, description, flag: "number" } as const;
}

function numberOrAuto(description: string) {
  const schema = z.union([z.number().positive(), z.literal("auto")]);
  return { schema, rule: 'a positive number or "auto"', description, flag: "number" } as const;
}

function text(rule: string, description: string) {
  return { schema: z.string().min(1), rule, description, flag: "text" } as const;
}

function choice<const Values extends readonly [string, ...string[]]>(values: Values, description: string) {
  const rule = `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;
  return { schema: z.enum(values), rule, description, flag: "text" } as const;
}

function onOff(description: string) {
  return { schema: z.boolean(), rule: "true or false", description, flag: "switch" } as const;
}

function distinct(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length;
}
