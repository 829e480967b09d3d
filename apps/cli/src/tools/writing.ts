import type { BaseQuantization, LoraSpec, OptimizerSpec } from "@lorank/evidence/results";
import { defaults } from "../defaults.ts";
import { plainText, wrap } from "../text.ts";

/** Recipe: an adapter's training settings, to write as another tool's config. Unknown members are absent. */
export interface Recipe extends Partial<Omit<LoraSpec, "rank" | "dora">> {
  readonly rank: number;
  readonly dora?: boolean;
  readonly taskType?: "SEQ_CLS" | "CAUSAL_LM";
  readonly model?: string;
  readonly quantization?: BaseQuantization;
  readonly optimizer: Partial<OptimizerSpec>;
  readonly steps?: number;
  readonly remarks: readonly string[];
}

type Value = string | number | boolean | readonly string[] | ByPattern;

/** Numbers of single layers, in the order in which their patterns are tried. */
interface ByPattern {
  readonly byPattern: readonly (readonly [pattern: string, value: number])[];
}

/** Names in words of the recipe's values for which tools may have keys. */
export const valueNames = {
  model: "the model",
  rank: "the rank",
  alpha: "alpha",
  rslora: "rsLoRA's scaling (alpha / √rank)",
  dora: "DoRA",
  dropout: "dropout",
  targets: "layers",
  rankPattern: "PEFT's rank_pattern",
  alphaPattern: "PEFT's alpha_pattern",
  taskType: "the task",
  optimizer: "the optimiser",
  learningRate: "the learning rate",
  epochs: "epochs",
  microBatch: "texts in one pass",
  accumulation: "passes in one step",
  warmup: "warm-up",
  schedule: "the schedule",
  weightDecay: "weight decay",
  clip: "a largest gradient norm",
  loraPlus: "LoRA+'s ratio",
} as const;

export type ValueName = keyof typeof valueNames;
export type Values = { readonly [Name in ValueName]?: Value | undefined };

/** Converts a recipe to tools' values. Tools' defaults are left out. */
export function valuesOf(recipe: Recipe): Values {
  const { taskType, model, optimizer, quantization: _, steps: __, remarks: ___, ...lora } = recipe;
  const { rank, alpha, scalingRule, dora, dropout, targetModules, rankPattern, alphaPattern, ...noneOfLora } =
    lora;
  const { name, learningRate, epochs, batchSize, microBatchSize, warmupRatio, schedule, ...others } =
    optimizer;
  const { weightDecay, maxGradientNorm: clip, loraPlusRatio: loraPlus, ...ofAdamW } = others;
  // AdamW's remaining numbers equal the defaults in torch and transformers.
  const { beta1: ____, beta2: _____, epsilon: ______, ...noneOfOptimizer } = ofAdamW;
  assertNone(noneOfLora);
  assertNone(noneOfOptimizer);
  return {
    ...{ model, taskType, rank, alpha, dropout, learningRate, epochs },
    rslora: scalingRule === undefined ? undefined : scalingRule === "rslora",
    dora,
    targets: targetModules,
    rankPattern: rankPattern && { byPattern: rankPattern.map((one) => [one.pattern, one.rank]) },
    alphaPattern: alphaPattern && { byPattern: alphaPattern.map((one) => [one.pattern, one.alpha]) },
    optimizer: name && "adamw_torch",
    microBatch: microBatchSize,
    accumulation: batchSize && microBatchSize && batchSize / microBatchSize,
    warmup: warmupRatio,
    schedule: schedule === "constant" && warmupRatio ? "constant_with_warmup" : schedule,
    ...{ weightDecay, clip, loraPlus },
  };
}

/** Checks at compile time: a spec's new member is written, or left out by name. */
function assertNone<Rest extends { readonly [Key in keyof Rest]: never }>(_: Rest): void {}

/** Key or path (`model.lora_rank`), and value. Commented-out entries are left to the reader. */
export type Entry = readonly [key: string, value: Value, isCommentedOut?: boolean];

/** Recipe values for the starter model, which do not transfer to another base. */
const ofStarter: readonly ValueName[] = ["model", "learningRate", "epochs"];

export function entryOf({ model }: Pick<Recipe, "model">, name: ValueName, key: string, value: Value): Entry {
  const isOut = model === defaults.model ? ofStarter.includes(name) : name === "model" && isGguf(model);
  return isOut ? [key, value, true] : [key, value];
}

/** Tests for a GGUF file, which the tools cannot train. */
export function isGguf(model = ""): boolean {
  return /\.gguf$/i.test(model);
}

/** Comment lines up to 100 characters. Line ends in foreign names are removed, since code would follow them. */
export function comment(text: string): string {
  return `# ${wrap(oneLine(text), 98).replaceAll("\n", "\n# ")}`;
}

export function yamlLines(entries: readonly Entry[]): string[] {
  const lines: string[] = [];
  const parents = new Set<string>();
  const mark = (isCommentedOut = false): string => (isCommentedOut ? "# " : "");
  for (const [path, value, isCommentedOut] of entries) {
    const [parent, child] = path.split(".");
    if (child === undefined) {
      lines.push(`${mark(isCommentedOut)}${path}: ${yamlValue(value)}`);
    } else if (!parents.has(parent!)) {
      parents.add(parent!);
      lines.push(`${parent}:`);
      for (const [other, inner, isOut] of entries) {
        if (other.startsWith(`${parent}.`))
          lines.push(`  ${mark(isOut)}${other.slice(parent!.length + 1)}: ${yamlValue(inner)}`);
      }
    }
  }
  return lines;
}

export function pythonCall(name: string, entries: readonly Entry[], first: readonly string[] = []): string[] {
  const args = [
    ...first,
    ...entries.map(([key, value, isOut = false]) => `${isOut ? "# " : ""}${key}=${pythonValue(value)}`),
  ];
  return [`${name}(`, ...args.map((arg) => `    ${arg},`), ")"];
}

export function pythonValue(value: Value): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (isByPattern(value)) return mapping(value);
  if (typeof value === "object") return `[${value.map(yamlString).join(", ")}]`;
  return typeof value === "number" ? String(value) : yamlString(value);
}

function yamlValue(value: Value): string {
  if (isByPattern(value)) return mapping(value);
  if (typeof value === "object") return `[${value.map(yamlText).join(", ")}]`;
  if (typeof value === "string") return yamlText(value);
  // PyYAML reads 1e-7 as text: the exponent needs a point before it.
  return String(value).replace(/^(-?\d+)e/, "$1.0e");
}

/** Value in a sentence. */
export function valueText(value: Value): string {
  return isByPattern(value) ? mapping(value) : String(value);
}

function isByPattern(value: Value): value is ByPattern {
  return typeof value === "object" && "byPattern" in value;
}

/** Mapping that YAML and Python read alike. */
function mapping({ byPattern }: ByPattern): string {
  return `{${byPattern.map(([pattern, value]) => `${yamlString(pattern)}: ${value}`).join(", ")}}`;
}

/** YAML text, without quotes if every reader takes it as text. */
function yamlText(text: string): string {
  const isPlain =
    /^[A-Za-z_][\w./-]*(,[\w./-]+)*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return isPlain ? text : yamlString(text);
}

function yamlString(text: string): string {
  return JSON.stringify(oneLine(text));
}

function oneLine(text: string): string {
  return plainText(text).replace(/[\n\u2028\u2029]+/g, " ");
}
