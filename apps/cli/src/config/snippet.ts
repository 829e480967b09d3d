import { type Results, rankToUse } from "@lorank/core/results";
import type { ToolConfig } from "@lorank/report";
import { type ConfigTool, configTools } from "../settings/table.ts";
import { recipeInResults } from "./find-recipe.ts";
import { dialects, type Keys } from "./keys.ts";
import { comment, type Entry, pythonCall, pythonValue, yamlLines } from "./lines.ts";
import { type Recipe, type ValueName, type Values, valueNames, valuesOf } from "./recipe.ts";
import { forTorchtune, type Said } from "./torchtune.ts";

export interface Snippet {
  readonly language: "python" | "yaml";
  /** Ends in a line end. */
  readonly text: string;
}

/** Everything that is said to a tool. */
interface Parts {
  readonly lora: readonly Entry[];
  readonly training: readonly Entry[];
  readonly remarks: readonly string[];
}

/**
 * The LoRA part of a tool's config, and what it takes of the training, to be pasted.
 *
 * @param heading what the recipe is, in one line.
 */
export function snippetFor(tool: ConfigTool, recipe: Recipe, heading: string): Snippet {
  const parts = partsFor(tool, recipe);
  const head = [comment(heading), comment(`For ${dialects[tool].name}, written by lorank config.`)];
  const remarks = parts.remarks.map(comment);
  const isYaml = tool === "axolotl" || tool === "llama-factory" || tool === "torchtune";
  const body = isYaml ? yamlLines([...parts.lora, ...parts.training]) : python(tool, recipe, parts);
  return { language: isYaml ? "yaml" : "python", text: `${[...head, ...remarks, ...body].join("\n")}\n` };
}

function partsFor(tool: ConfigTool, recipe: Recipe): Parts {
  const { lora, training, wholeAlpha } = dialects[tool];
  const remarks = [...recipe.remarks];
  const special = specialFor(tool, recipe, valuesOf(recipe));
  const values = wholeAlpha ? withWholeAlpha(special.values, dialects[tool].name, remarks) : special.values;
  remarks.push(...special.remarks, ...unsaid(tool, values, { ...lora, ...training }));
  return {
    lora: withKind(entriesOf(lora, values), special.lora),
    training: entriesOf(training, values),
    remarks,
  };
}

const modelKeys = Object.values(dialects).map(({ lora }) => lora.model);

/** What kind of training it is stands after the model. */
function withKind(entries: readonly Entry[], kind: readonly Entry[]): Entry[] {
  const afterModel = entries.findIndex(([key]) => modelKeys.includes(key)) + 1;
  return entries.toSpliced(afterModel, 0, ...kind);
}

function entriesOf(keys: Keys, values: Values): Entry[] {
  return Object.entries(keys).flatMap(([name, key]) => {
    const value = values[name as ValueName];
    return value === undefined ? [] : [[key, value] as const];
  });
}

/** What differs from one tool to another besides the names of keys. */
function specialFor(tool: ConfigTool, recipe: Recipe, values: Values): Said {
  const { quantization, taskType } = recipe;
  const remarks: string[] = [];
  if (tool !== "peft" && taskType === "SEQ_CLS") {
    remarks.push(
      `The adapter was trained with a classification head, which ${dialects[tool].name} is not told here: as a language model ` +
        "the same data may want another rank, learning rate and number of epochs.",
    );
  }
  const rest = {
    values: { ...values, ...(taskType && tool === "trl" ? { taskType: "CAUSAL_LM" } : {}) },
    remarks,
  };
  switch (tool) {
    case "torchtune": {
      const said = forTorchtune(recipe, values);
      return { ...said, remarks: [...remarks, ...said.remarks] };
    }
    case "axolotl":
      return { ...rest, lora: [["adapter", quantization ? "qlora" : "lora"], ...axolotlBits(recipe)] };
    case "llama-factory": {
      const targets = recipe.targetModules?.join(",");
      return {
        remarks,
        values: targets === undefined ? values : { ...values, targets },
        lora: [["stage", "sft"], ["finetuning_type", "lora"], ...llamaFactoryBits(recipe)],
      };
    }
    default:
      if (quantization) remarks.push(`The base was in 4 bits: ${bitsAndBytes(recipe)}`);
      if (values.warmup)
        remarks.push(
          "warmup_steps below 1 is a share of all steps; transformers before 5 calls it warmup_ratio.",
        );
      return { ...rest, lora: [] };
  }
}

function axolotlBits({ quantization }: Recipe): Entry[] {
  if (quantization === undefined) return [];
  return [
    ["load_in_4bit", true],
    ["bnb_config_kwargs.bnb_4bit_quant_type", quantization.format],
    ["bnb_config_kwargs.bnb_4bit_use_double_quant", quantization.doubleQuant ?? false],
  ];
}

function llamaFactoryBits({ quantization }: Recipe): Entry[] {
  if (quantization === undefined) return [];
  return [
    ["quantization_bit", 4],
    ["quantization_type", quantization.format],
    ["double_quantization", quantization.doubleQuant ?? false],
  ];
}

function bitsAndBytes({ quantization }: Recipe): string {
  const { format = "nf4", doubleQuant = false } = quantization ?? {};
  const double = pythonValue(doubleQuant);
  return `BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="${format}", bnb_4bit_use_double_quant=${double})`;
}

function withWholeAlpha(values: Values, tool: string, remarks: string[]): Values {
  const { alpha } = values;
  if (typeof alpha !== "number" || Number.isInteger(alpha)) return values;
  remarks.push(`${tool} takes a whole number for lora_alpha; it was ${alpha}.`);
  return { ...values, alpha: Math.max(1, Math.round(alpha)) };
}

/** Values that a tool has no key for. The model and the task stand elsewhere in a trainer's files. */
function unsaid(tool: ConfigTool, values: Values, keys: Keys): string[] {
  const { name } = dialects[tool];
  return (Object.keys(values) as ValueName[])
    .filter((each) => each !== "model" && each !== "taskType" && !keys[each] && values[each] !== undefined)
    .map((each) =>
      each === "loraPlus" && tool !== "torchtune"
        ? `LoRA+: create_loraplus_optimizer of peft.optimizers, with loraplus_lr_ratio=${values[each]}, makes the optimiser.`
        : `${name} has no key for ${valueNames[each]}; it was ${String(values[each])}.`,
    );
}

const configNames = { peft: "TrainingArguments", trl: "SFTConfig", unsloth: "SFTConfig" };

function python(tool: ConfigTool, recipe: Recipe, { lora, training }: Parts): string[] {
  const trainer = configNames[tool as keyof typeof configNames];
  const own = tool === "unsloth" ? "from unsloth import FastLanguageModel" : "from peft import LoraConfig";
  const imports =
    training.length === 0 ? [] : [`from ${tool === "peft" ? "transformers" : "trl"} import ${trainer}`];
  const args =
    training.length === 0
      ? []
      : ["", ...assigned("training_args", trainer, [["output_dir", "out"], ...training])];
  return [
    own,
    ...imports,
    "",
    ...(tool === "unsloth" ? unsloth(recipe, lora) : assigned("lora_config", "LoraConfig", lora)),
    ...args,
  ];
}

function assigned(name: string, callee: string, entries: readonly Entry[]): string[] {
  const [first, ...rest] = pythonCall(callee, entries);
  return [`${name} = ${first}`, ...rest];
}

function unsloth({ model, quantization }: Recipe, lora: readonly Entry[]): string[] {
  const loading: Entry[] = [
    ["model_name", model ?? "your model"],
    ["load_in_4bit", quantization !== undefined],
  ];
  const [load, ...loaded] = pythonCall("FastLanguageModel.from_pretrained", loading);
  const [adapt, ...adapted] = pythonCall(
    "FastLanguageModel.get_peft_model",
    lora.filter(([key]) => key !== "task_type"),
    ["model"],
  );
  return [`model, tokenizer = ${load}`, ...loaded, `model = ${adapt}`, ...adapted];
}

/** The rank to use in the words of each tool; empty where there is none, or rank 0. */
export function configsOf(results: Results, folder: string): ToolConfig[] {
  const rank = rankToUse(results.decision);
  const found = rank === null || rank === 0 ? undefined : recipeInResults(results, rank, folder);
  if (found === undefined) return [];
  const { recipe, heading } = found;
  return configTools.map((tool) => ({
    tool: dialects[tool].name,
    text: snippetFor(tool, recipe, heading).text,
  }));
}
