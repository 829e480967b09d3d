import { InputError } from "@lorank/core";
import { parseHubId } from "../hub-id.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import { listed, shown } from "../text.ts";
import { type LoraLayer, type PeftAdapter, type PeftTaskType, TASK_TYPES } from "./adapter.ts";
import { isInside, LONGEST_PATTERN, type NumberByPattern, patternLookup, patternOfPaths } from "./pattern.ts";

export interface PeftConfig extends Omit<PeftAdapter, "layers" | "heads" | "targetModules"> {
  /** Adapted modules' names, or one regular expression over whole module paths. */
  readonly targetModules: readonly string[] | string;
  readonly modulesToSave: readonly string[];
  /** True if other fields exclude some modules in `targetModules`. */
  readonly targetsNarrowed: boolean;
  readonly rankOf: (path: string) => number;
  readonly alphaOf: (path: string) => number;
}

/**
 * `adapter_config.json` in PEFT's form: keys sorted, two spaces, no newline at the end. Source:
 * PeftConfigMixin.save_pretrained() of https://github.com/huggingface/peft
 */
export function peftConfigText(adapter: PeftAdapter): string {
  const [base, revision] = baseAndRevision(adapter.baseModel);
  const fields: JsonObject = {
    alpha_pattern: differing(adapter, adapter.alpha, ({ alpha }) => alpha),
    auto_mapping: null,
    base_model_name_or_path: base,
    bias: "none",
    fan_in_fan_out: adapter.fanInFanOut,
    inference_mode: true,
    init_lora_weights: true,
    layer_replication: null,
    layers_pattern: null,
    layers_to_transform: null,
    loftq_config: {},
    lora_alpha: adapter.alpha,
    lora_dropout: adapter.dropout,
    megatron_config: null,
    megatron_core: "megatron.core",
    modules_to_save: modulesToSave(adapter),
    peft_type: "LORA",
    r: adapter.rank,
    rank_pattern: differing(adapter, adapter.rank, ({ loraA }) => loraA.shape[0]),
    revision,
    target_modules: [...adapter.targetModules].sort(),
    task_type: adapter.taskType,
    use_dora: adapter.dora,
    use_rslora: adapter.scalingRule === "rslora",
  };
  return JSON.stringify(fields, null, 2);
}

/** Base model name and revision: PEFT has a field for a hub id's revision, none for a GGUF in the repository. */
function baseAndRevision(baseModel: string): [name: string, revision: string | null] {
  const hub = parseHubId(baseModel);
  if (hub === undefined || hub.file !== undefined || hub.revision === "main") return [baseModel, null];
  return [hub.repo, hub.revision];
}

function differing(
  { layers }: PeftAdapter,
  own: number,
  numberOf: (layer: LoraLayer) => number,
): Record<string, number> {
  const numbers = [...layers].map(([path, layer]): [string, number] => [path, numberOf(layer)]);
  return patternOfPaths(new Map(numbers.filter(([, number]) => number !== own)), layers.keys());
}

/** Classification head module names, as PEFT lists them; a model has one. */
const CLASSIFIER_MODULES = ["classifier", "score"];

function modulesToSave({ heads, taskType }: Pick<PeftAdapter, "heads" | "taskType">): string[] | null {
  if (heads.size === 0) return null; // so that vLLM and llama.cpp, which know no heads, read the rest
  const modules = new Set(taskType === "SEQ_CLS" ? CLASSIFIER_MODULES : []);
  for (const name of heads.keys()) {
    if (![...modules].some((module) => isInside(name, module)))
      modules.add(name.slice(0, name.lastIndexOf(".")));
  }
  return [...modules];
}

/**
 * Reads `adapter_config.json`. Ignores unknown fields, since every PEFT release adds some; known fields that change the
 * tensors' meaning must be supported. Throws E_PEFT listing every missing, wrong or unsupported field.
 */
export function parsePeftConfig(config: JsonObject, file: string): PeftConfig {
  const problems: string[] = [];
  if (config.peft_type !== "LORA") problems.push(`peft_type must be "LORA", got ${shown(config.peft_type)}`);
  problems.push(...unsupportedFields(config));

  const field = <T>(name: string, rule: string, accepts: (value: unknown) => value is T, absent?: T): T => {
    const value = config[name] ?? absent;
    if (accepts(value)) return value;
    problems.push(`${name} must be ${rule}, got ${shown(config[name])}`);
    return undefined as T; // thrown below
  };
  const rank = field("r", "a positive integer", isRank);
  const alpha = field("lora_alpha", ALPHA, isAlpha);
  const ranks = field("rank_pattern", `positive integers by pattern, ${KEYS}`, byPattern(isRank), {});
  const alphas = field("alpha_pattern", `${ALPHA}, by pattern, ${KEYS}`, byPattern(isAlpha), {});
  const parsed: Omit<PeftConfig, "rankOf" | "alphaOf"> = {
    rank,
    alpha,
    scalingRule: field("use_rslora", "true or false", isBoolean, false) ? "rslora" : "lora",
    dropout: field("lora_dropout", "a number from 0 to 1", isShare, 0),
    dora: field("use_dora", "true or false", isBoolean, false),
    fanInFanOut: field("fan_in_fan_out", "true or false", isBoolean, false),
    targetModules: field("target_modules", "a list of names or a regular expression", isNamesOrPattern),
    taskType: field("task_type", `${TASK_TYPES.join(", ")} or null`, isTaskType, null),
    baseModel: atRevision(field("base_model_name_or_path", "a name", isString, ""), config.revision),
    modulesToSave: field("modules_to_save", "a list of names or null", isNames, []),
    targetsNarrowed: ["exclude_modules", "layers_to_transform", "layers_pattern"].some((name) =>
      isSet(config[name]),
    ),
  };
  if (problems.length > 0) throw new InputError("E_PEFT", `${file}:\n${listed(problems)}`);
  const [ownRank, ownAlpha] = [
    patternLookup(`${file}: rank_pattern`, Object.entries(ranks)),
    patternLookup(`${file}: alpha_pattern`, Object.entries(alphas)),
  ];
  return { ...parsed, rankOf: (path) => ownRank(path) ?? rank, alphaOf: (path) => ownAlpha(path) ?? alpha };
}

function atRevision(base: string, revision: unknown): string {
  const name = `${base}@${revision}`;
  return isString(revision) && revision !== "main" && parseHubId(name) ? name : base;
}

/** Fields whose value changes how the tensors are used, in a way that is not supported. */
function unsupportedFields(config: JsonObject): string[] {
  const problems: string[] = [];
  const only = (name: string, neutral: string, isNeutral: (value: unknown) => boolean, why: string) => {
    const value = config[name];
    if (value !== undefined && value !== null && !isNeutral(value)) {
      problems.push(`${name} must be ${neutral} (${why} is not supported), got ${shown(value)}`);
    }
  };
  const off = (value: unknown) => value === false;
  const empty = (value: unknown) =>
    (isJsonObject(value) || Array.isArray(value)) && Object.keys(value).length === 0;
  only("use_qalora", "false", off, "QA-LoRA");
  only("bias", '"none"', (value) => value === "none", "a trained bias");
  only("lora_bias", "false", off, "a bias on B");
  only("layer_replication", "null", empty, "repeating layers");
  only("trainable_token_indices", "null", empty, "training single tokens");
  only("target_parameters", "null", empty, "LoRA on parameters that are no layer");
  only("use_bdlora", "null", off, "block-diagonal LoRA");
  only("kasa_config", "null", empty, "KaSA");
  only("arrow_config", "null", empty, "routing between adapters");
  only("monteclora_config", "null", empty, "MonteCLoRA");
  only("alora_invocation_tokens", "null", empty, "activated LoRA");
  only(
    "init_lora_weights",
    "true",
    (value) => !changesBase(value),
    "an initialisation that changes the base weights",
  );
  return problems;
}

/**
 * True for an initialisation that subtracts the initial B·A from the base: the adapter fits only a base changed alike.
 */
function changesBase(init: unknown): boolean {
  return typeof init === "string" && /^(pissa|olora|corda|loftq|lora_ga)/.test(init);
}

// Most patterns in a config, about the layer count in a mixture of experts.
const MOST_PATTERNS = 20_000;
const KEYS = `each of 1 to ${LONGEST_PATTERN} characters`;

// Largest alpha, far above any in use, and safe to multiply.
const MOST_ALPHA = 1e9;
const ALPHA = `a positive number of at most ${MOST_ALPHA}`;

const isString = (value: unknown): value is string => typeof value === "string";
const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const isAlpha = (value: unknown): value is number => isNumber(value) && value > 0 && value <= MOST_ALPHA;
const isShare = (value: unknown): value is number => isNumber(value) && value >= 0 && value <= 1;
const isRank = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;
const isNames = (value: unknown): value is string[] => Array.isArray(value) && value.every(isString);
const isNamesOrPattern = (value: unknown): value is string[] | string => isString(value) || isNames(value);
const isTaskType = (value: unknown): value is PeftTaskType | null =>
  value === null || (TASK_TYPES as readonly unknown[]).includes(value);
const isSet = (value: unknown): boolean =>
  value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);

function byPattern(accepts: (value: unknown) => value is number) {
  return (value: unknown): value is NumberByPattern =>
    isJsonObject(value) &&
    Object.keys(value).length <= MOST_PATTERNS &&
    Object.entries(value).every(([key, n]) => key.length > 0 && key.length <= LONGEST_PATTERN && accepts(n));
}
