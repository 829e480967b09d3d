import type { ConfigReader } from "../config-reader.ts";
import type { LinearInput, ModelLinear } from "../linear-shapes.ts";
import type { ModelParts } from "../parts.ts";
import type { BlockShape, FeedForwardShape, ModelType } from "../shape.ts";

export interface Architecture {
  readonly modelTypes: readonly ModelType[];
  /** Reads a config, whose faults become problems of the reader. */
  readonly read: (modelType: ModelType, config: ConfigReader) => ModelParts;
}

export function architectureOf<Variant>(
  variants: Readonly<Partial<Record<ModelType, Variant>>>,
  read: (variant: Variant, config: ConfigReader) => ModelParts,
): Architecture {
  return {
    modelTypes: Object.keys(variants) as ModelType[],
    read: (modelType, config) => {
      const parts = read(variants[modelType] as Variant, config);
      if (parts.experts === undefined) refuseExperts(modelType, config);
      return parts;
    },
  };
}

/** Fields that count experts: `num_experts`, `num_local_experts`, `n_routed_experts`. */
const expertCount = /(^|_)experts$/;

/** Refuses experts: a family that ignored them would leave out most parameters. */
function refuseExperts(modelType: ModelType, config: ConfigReader): void {
  for (const field of Object.keys(config.fields).filter((each) => expertCount.test(each))) {
    const counts = [config.fields[field]].flat();
    if (counts.some((each) => typeof each === "number" && each > 1))
      config.problem(field, `at most 1 in a config that is read as ${modelType}, which has no experts`);
  }
}

export interface SizeFields {
  readonly hidden: string;
  /** Field with the feed-forward layer's inner width; null: no such field, and 4 · hidden. */
  readonly intermediate: string | null;
  readonly layers: string;
  readonly heads: string;
}

export const llamaFields: SizeFields = {
  hidden: "hidden_size",
  intermediate: "intermediate_size",
  layers: "num_hidden_layers",
  heads: "num_attention_heads",
};

/** Most layers accepted in a config: above any known model, yet quick to list. */
const MOST_LAYERS = 4_000;

/** Largest width for hidden states or inside a block: 20 times Llama 3.1 405B's 53,248. */
export const MOST_WIDTH = 2 ** 20;

/** Largest head width: 128 times Gemma 4's 512. */
export const MOST_HEAD_WIDTH = 2 ** 16;

export type Sizes = Pick<ModelParts, "hiddenSize" | "intermediateSize" | "layers" | "heads" | "vocabSize">;

export function readSizes(config: ConfigReader, fields = llamaFields): Sizes {
  const { hidden, intermediate, layers, heads } = fields;
  const hiddenSize = config.size(hidden, MOST_WIDTH);
  return {
    hiddenSize,
    intermediateSize: intermediate === null ? 4 * hiddenSize : config.size(intermediate, MOST_WIDTH),
    layers: config.size(layers, MOST_LAYERS),
    heads: config.size(heads, MOST_WIDTH),
    vocabSize: config.size("vocab_size"),
  };
}

export function readDecoder(
  config: ConfigReader,
  {
    fields = llamaFields,
    absentTied,
  }: {
    readonly fields?: SizeFields;
    /** Default for `tie_word_embeddings`; undefined: none that a file may rely on. */
    readonly absentTied: boolean | undefined;
  },
): Sizes & { readonly output: { readonly tied: boolean } } {
  return {
    ...readSizes(config, fields),
    output: { tied: config.flag("tie_word_embeddings", absentTied) },
  };
}

/** Linear layer at `path` in each layer, or in `more.inLayers`, named by the last part of `path`. */
export function layerLinear(
  layers: number,
  path: string,
  inDim: number,
  outDim: number,
  reads: LinearInput,
  more: Partial<Omit<ModelLinear, "path" | "inDim" | "outDim" | "reads" | "count">> = {},
): ModelLinear {
  const { inLayers, perLayer = 1, ...rest } = more;
  return {
    name: path.slice(path.lastIndexOf(".") + 1),
    inDim,
    outDim,
    count: (inLayers?.length ?? layers) * perLayer,
    path,
    role: "block",
    reads,
    bias: false,
    ...(inLayers !== undefined && inLayers.length < layers ? { inLayers } : {}),
    ...(perLayer > 1 ? { perLayer } : {}),
    ...rest,
  };
}

interface GatedMlpOptions extends Partial<Pick<ModelLinear, "bias" | "inLayers" | "perLayer">> {
  /** True if layer names include the parent, as last names are ambiguous. */
  readonly qualified?: boolean;
  /** Input to gate and up (default `feed-forward`), and to down. */
  readonly reads?: LinearInput;
  readonly readsInner?: LinearInput;
}

export function gatedMlpLinears(
  { hiddenSize, layers }: Sizes,
  parent: string,
  width: number,
  options: GatedMlpOptions = {},
): ModelLinear[] {
  const { qualified = false, reads = "feed-forward", readsInner = "feed-forward output", ...more } = options;
  const linear = (name: string, inDim: number, outDim: number, input: LinearInput) =>
    layerLinear(layers, `${parent}.${name}`, inDim, outDim, input, {
      name: qualified ? `${parent.slice(parent.lastIndexOf(".") + 1)}.${name}` : name,
      ...more,
    });
  return [
    linear("gate_proj", hiddenSize, width, reads),
    linear("up_proj", hiddenSize, width, reads),
    linear("down_proj", width, hiddenSize, readsInner),
  ];
}

/**
 * Inner-wide tensors saved by activations that are several elementwise operations. Source: transformers 5.24,
 * `activations.py`; counted with torch's saved-tensor hooks
 */
const elementwiseTensors: Readonly<Record<string, number>> = {
  gelu_new: 4,
  gelu_accurate: 4,
  gelu_fast: 7,
  quick_gelu: 2,
};

/** Feed-forward layer with a single activation, named by the config in one of three fields. */
export function plainFeedForward(
  { fields }: ConfigReader,
  width: number,
  absent: string = "gelu",
): FeedForwardShape {
  const name = fields.hidden_act ?? fields.activation_function ?? fields.activation ?? absent;
  const activationTensors = elementwiseTensors[String(name)];
  return { gated: false, width, ...(activationTensors && { activationTensors }) };
}

export interface Experts {
  readonly count: number;
  readonly perToken: number;
  readonly width: number;
}

export const ofExperts = { reads: "experts", readsInner: "own" } as const;
export const ofSharedExperts = { reads: "shared experts", readsInner: "own" } as const;

/** Most experts over all layers: eight times Kimi K2's 61 · 384. */
const MOST_EXPERTS = 200_000;

export function readExperts(
  config: ConfigReader,
  layers: number,
  fields: { readonly count: string; readonly width: string },
): Experts {
  const count = config.size(fields.count, Math.floor(MOST_EXPERTS / layers));
  const perToken = config.size("num_experts_per_tok");
  if (config.isSound && perToken > count)
    config.problem("num_experts_per_tok", `at most ${fields.count} ${count}`);
  return { count, perToken, width: config.size(fields.width) };
}

export function expertsFeedForward(
  { count, perToken, width }: Experts,
  sharedWidth: number,
  floatWeights = false,
): FeedForwardShape {
  const experts = { count, perToken, ...(floatWeights && { floatWeights }) };
  return { gated: true, width: perToken * width + sharedWidth, experts };
}

export function splitLayers(
  layers: number,
  isChosen: (layer: number) => boolean,
): { chosen: number[]; others: number[] } {
  const chosen: number[] = [];
  const others: number[] = [];
  for (let layer = 0; layer < layers; layer += 1) (isChosen(layer) ? chosen : others).push(layer);
  return { chosen, others };
}

export interface AttentionRules {
  /** Attention projections with a bias: always, or by a flag in the config. */
  readonly attentionBias: readonly string[];
  readonly attentionBiasFlag?: { readonly field: string; readonly absent: boolean };
  /** Key-value heads if the config has no such field: as many as heads, or an error (`required`). */
  readonly absentKvHeads: "heads" | "required";
  readonly absentHeadDim: "hidden / heads" | "required" | "never read";
}

export interface GroupedAttention {
  readonly kvHeads: number;
  readonly headDim: number;
  readonly queryDim: number;
  readonly kvDim: number;
  readonly hasBias: (projection: string) => boolean;
}

export const everyProjection = ["q_proj", "k_proj", "v_proj", "o_proj"];

export function readGroupedAttention(
  config: ConfigReader,
  { hiddenSize, heads }: Sizes,
  rules: AttentionRules,
): GroupedAttention {
  const kvHeads =
    rules.absentKvHeads === "heads"
      ? config.sizeOr("num_key_value_heads", () => heads)
      : config.size("num_key_value_heads");
  config.divisible("num_attention_heads", "num_key_value_heads");
  const fromHidden = (): number => {
    config.divisible("hidden_size", "num_attention_heads");
    return hiddenSize / heads;
  };
  const headDim = {
    required: () => config.size("head_dim", MOST_HEAD_WIDTH),
    "hidden / heads": () => config.sizeOr("head_dim", fromHidden, MOST_HEAD_WIDTH),
    "never read": fromHidden,
  }[rules.absentHeadDim]();
  const { attentionBias, attentionBiasFlag: flag } = rules;
  const has = flag === undefined || config.flag(flag.field, flag.absent);
  return {
    kvHeads,
    headDim,
    queryDim: heads * headDim,
    kvDim: kvHeads * headDim,
    hasBias: (projection) => has && attentionBias.includes(projection),
  };
}

/** RMSNorm before attention and before the feed-forward layer; separate q, k and v. */
export function preNormBlock(
  { queryDim, kvDim }: GroupedAttention,
  own: Pick<BlockShape, "queryKeyNorm" | "feedForward">,
): BlockShape {
  const attention = { queryDim, keyDim: kvDim, valueDim: kvDim, fusedQkv: false };
  return { norm: "rmsnorm", norms: 2, normInputs: 2, ...attention, ...own };
}

export function attentionLinears(
  { hiddenSize, layers }: Sizes,
  { queryDim, kvDim, hasBias }: GroupedAttention,
  { output = "o_proj", fused = false }: { output?: string; fused?: boolean } = {},
): ModelLinear[] {
  const linear = (name: string, inDim: number, outDim: number, reads: LinearInput = "attention") =>
    layerLinear(layers, `self_attn.${name}`, inDim, outDim, reads, { bias: hasBias(name) });
  return [
    ...(fused
      ? [linear("qkv_proj", hiddenSize, queryDim + 2 * kvDim)]
      : [
          linear("q_proj", hiddenSize, queryDim),
          linear("k_proj", hiddenSize, kvDim),
          linear("v_proj", hiddenSize, kvDim),
        ]),
    linear(output, queryDim, hiddenSize, "attention output"),
  ];
}
