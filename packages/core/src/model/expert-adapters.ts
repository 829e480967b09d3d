import { InputError } from "../errors.ts";
import { type ModelLinear, pathInLayer } from "./linear-shapes.ts";
import type { ModelShape, ModelType } from "./shape.ts";

/**
 * Convention for adapters on a mixture's experts. `stacked`: experts in two parameters a layer, adapted as PEFT's
 * version in `expertStacks` does. `linear-only`: the same parameters, left without adapters. `separate`: linear
 * layers for each expert. `by-active-experts`: stacked, at rank / (experts that a token visits), rounded down, gate and
 * up sharing a matrix, routers left out.
 */
export type ExpertAdapters = "stacked" | "linear-only" | "separate" | "by-active-experts";

/** Options that say which layers of a mixture targets take. */
export interface ExpertRules {
  /** Default: `stacked`. */
  readonly experts?: ExpertAdapters;
  /**
   * `names` if a tool turns "all-linear" into the names of linear layers: PEFT then converts those names alone.
   * Default: `layers`, as in PEFT.
   */
  readonly allLinear?: "layers" | "names";
  /** True if a tool gives no adapters to the part that reads images (default false). */
  readonly freezesTower?: boolean;
}

/**
 * Libraries behind each convention. Source for the last: NeMo Automodel, `apply_lora_to_linear_modules`;
 * Megatron-Bridge, `get_effective_lora_dim`
 */
export const expertStacks: Readonly<Record<ExpertAdapters, string>> = {
  stacked: "PEFT 0.21.2 with transformers 5.24",
  "linear-only": "PEFT 0.18.1 with transformers 5.6",
  separate: "PEFT 0.18.1 with transformers 4.57",
  "by-active-experts":
    "NeMo Automodel with moe_rank_scaling, or Megatron-Bridge with normalize_moe_lora and an adapter for each expert",
};

/** Checkpoint names that PEFT turns into parameters: `pair` into one, at twice the rank. */
interface Conversion {
  readonly pair: readonly [string, string];
  readonly down: string;
}

const ROUTER = "gate";
const ofQwen: Conversion = { pair: ["gate_proj", "up_proj"], down: "down_proj" };

/**
 * Conversions by type; absent types, such as qwen2_moe and multimodal ones, keep their names. Source: peft 0.21.2,
 * `_convert_peft_config_moe`; transformers 5.24, `_MODEL_TO_CONVERSION_PATTERN`
 */
const conversions: { readonly [Type in ModelType]?: Conversion } = {
  mixtral: { pair: ["w1", "w3"], down: "w2" },
  qwen3_moe: ofQwen,
  qwen3_next: ofQwen,
  deepseek_v2: ofQwen,
  deepseek_v3: ofQwen,
  glm4_moe: ofQwen,
};

/** Types whose routers are linear layers in transformers 4.57 and 5.6; in 5.24 they are modules of another class. */
const linearGates: { readonly [Adapters in ExpertAdapters]?: readonly ModelType[] } = {
  separate: ["mixtral", "qwen2_moe", "qwen3_moe", "qwen3_next", "qwen3_vl_moe"],
  "linear-only": ["deepseek_v2"],
};

/** Types that transformers 4.57 stacks too, or lacks, though their checkpoints name each expert. */
const stackedEarly: readonly ModelType[] = ["qwen3_vl_moe", "qwen3_5_moe", "qwen3_5_moe_text"];

/** True if experts are parameters that hold a layer's experts; Kimi K2's own code has a linear layer for each. */
export function storesStacked({ experts, modelType }: ModelShape, adapters: ExpertAdapters): boolean {
  if (experts.length === 0 || modelType === "kimi_k2") return false;
  return adapters !== "separate" || stackedEarly.includes(modelType) || !isNamedEach(experts[0]!);
}

/** Routers that are linear layers; of these bitsandbytes under transformers 5 leaves Llama 4's alone. */
export function linearRouters({ routers, modelType }: ModelShape, adapters: ExpertAdapters): ModelLinear[] {
  const isLinear = ({ path }: ModelLinear): boolean =>
    /\.(shared_expert_gate|feed_forward\.router)$/.test(path) ||
    linearGates[adapters]?.includes(modelType) === true;
  return routers.filter(isLinear);
}

/** Layer's expert parameters: gate and up as one matrix, and down. */
export function stackedExperts({ experts }: ModelShape): ModelLinear[] {
  if (experts.every((expert) => !isNamedEach(expert))) return experts.map((expert) => ofParameter(expert));
  const [gate, up, down] = experts as [ModelLinear, ModelLinear, ModelLinear];
  return [
    ofParameter({ ...gate, outDim: gate.outDim + up.outDim }, "gate_up_proj"),
    ofParameter(down, "down_proj"),
  ];
}

/** Layers adapted under "all-linear". */
export function everyLinear(
  shape: ModelShape,
  { experts: adapters = "stacked", allLinear = "layers" }: ExpertRules,
): readonly ModelLinear[] {
  const linears = [...shape.linears, ...linearRouters(shape, adapters)];
  if (!storesStacked(shape, adapters)) return [...linears, ...shape.experts];
  if (adapters === "by-active-experts") return [...linears, ...byActiveExperts(shape)];
  const conversion = conversionOf(shape, adapters);
  if (conversion === undefined) return linears;
  const found = new Set(linears.map(({ path }) => lastPart(path)));
  const names = oldNames(conversion).filter((name) => allLinear === "layers" || found.has(name));
  return [
    ...linears.filter(({ path }) => !names.includes(lastPart(path))),
    ...converted(shape, conversion, names),
  ];
}

export interface NamedTargets {
  /** Layers and parameters that other names may match. */
  readonly candidates: readonly ModelLinear[];
  /** Parameters in place of named layers, at the rank that PEFT gives them. */
  readonly converted: readonly ModelLinear[];
  /** Names without those of `converted`. */
  readonly names: readonly string[];
  /** Names that may be converted, for a message. */
  readonly convertible: readonly string[];
}

/**
 * Candidates for names, and parameters that PEFT takes instead. A name that ends like an expert's or router's means
 * those of all layers, and no dense layer. Throws E_TARGET if one of gate and up is named alone, as PEFT refuses.
 */
export function namedTargets(
  shape: ModelShape,
  names: readonly string[],
  adapters: ExpertAdapters,
): NamedTargets {
  const linears = [...shape.linears, ...linearRouters(shape, adapters)];
  if (!storesStacked(shape, adapters)) {
    const candidates = [...shape.linears, ...shape.experts, ...shape.routers];
    return { candidates, converted: [], names, convertible: [] };
  }
  const parameters = adapters === "by-active-experts" ? byActiveExperts(shape) : stackedExperts(shape);
  const candidates = [...linears, ...parameters];
  const conversion = conversionOf(shape, adapters);
  if (conversion === undefined) return { candidates, converted: [], names, convertible: [] };
  const convertible = oldNames(conversion);
  const old = new Set(names.map(lastPart).filter((name) => convertible.includes(name)));
  const [missing, ...others] = conversion.pair.filter((name) => !old.has(name));
  if (missing !== undefined && others.length === 0) {
    const present = conversion.pair.find((name) => name !== missing);
    throw new InputError(
      "E_TARGET",
      `targetModules must have ${missing} beside ${present}, which ${expertStacks.stacked} adapts as one matrix, got ${present} alone`,
    );
  }
  return {
    candidates,
    converted: converted(shape, conversion, [...old]),
    names: names.filter((name) => !old.has(lastPart(name))),
    convertible,
  };
}

function conversionOf({ modelType }: ModelShape, adapters: ExpertAdapters): Conversion | undefined {
  return adapters === "stacked" ? conversions[modelType] : undefined;
}

function oldNames({ pair, down }: Conversion): string[] {
  return [...pair, down, ROUTER];
}

function converted(shape: ModelShape, { pair, down }: Conversion, names: readonly string[]): ModelLinear[] {
  const [gateUp, downProj] = stackedExperts(shape) as [ModelLinear, ModelLinear];
  return [
    ...(names.includes(pair[0]) ? [{ ...gateUp, rankFactor: 2 }] : []),
    ...(names.includes(down) ? [downProj] : []),
    ...(names.includes(ROUTER)
      ? shape.routers
          .filter(({ path }) => lastPart(path) === ROUTER)
          .map((router) => ({ ...router, folded: true as const }))
      : []),
  ];
}

function byActiveExperts(shape: ModelShape): ModelLinear[] {
  const rankFactor = 1 / shape.block.feedForward.experts!.perToken;
  return stackedExperts(shape).map(({ folded: _, ...linear }) => ({ ...linear, rankFactor }));
}

/** Parameter with a layer's experts; `block_sparse_moe` is `mlp` in transformers 5. */
function ofParameter({ path, ...linear }: ModelLinear, name = lastPart(path)): ModelLinear {
  const experts = path.slice(0, path.indexOf(".experts.")).replace(/\.block_sparse_moe$/, ".mlp");
  return { ...linear, name: `experts.${name}`, path: `${experts}.experts.${name}`, folded: true };
}

function isNamedEach({ path }: ModelLinear): boolean {
  return path.includes(".experts.*.");
}

function lastPart(path: string): string {
  return pathInLayer(path).split(".").at(-1)!;
}
