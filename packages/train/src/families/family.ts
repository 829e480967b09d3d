import type { ModelHead, ModelShape, RopeSettings, TrainableModel } from "@lorank/core/models";
import type { Value } from "@lorank/graph";

/** Linear layer in a block or head; `path` is relative to it: `self_attn.q_proj`. */
interface LinearLayer {
  readonly path: string;
  readonly inDim: number;
  readonly outDim: number;
  /** Adds a bias `[outDim]`. (default false) */
  readonly bias?: boolean;
  /** Stored `[inDim, outDim]`, as GPT-2's Conv1D. (default false) */
  readonly transposed?: boolean;
  /** Weight tensor's name if not `<path>.weight`, such as a tied embedding's. */
  readonly weightName?: string;
}

/** Norm weight or bias in a block or head; `name` is relative to it: `input_layernorm.weight`. */
export interface VectorWeight {
  readonly name: string;
  readonly size: number;
  /** Initial value, at which the vector has no effect. */
  readonly neutral: 0 | 1;
}

export interface ModuleShape {
  readonly linears: readonly LinearLayer[];
  readonly vectors: readonly VectorWeight[];
}

/** Weights of a block or head by relative name; hides from the graph whether they are frozen or adapted. */
export interface ModuleWeights {
  vector(name: string): Value;
  /** Linear layer: x Wᵀ + bias for x `[rows, inDim]`, plus the adapter: `[rows, outDim]`. */
  linear(x: Value, path: string): Value;
}

/** Token layout in a micro-batch. Rows of x are tokens, example by example. */
export interface TokenLayout {
  readonly batch: number;
  readonly seq: number;
  /** Query tokens per sequence: all, or those the head reads. Other tokens only get keys and values. */
  readonly queryCount: number | "all";
  /** Query row indices, int64 `[batch * queryCount]`; absent if all tokens are queries. */
  readonly queryRows?: Value;
  /** Attention mask `[batch, 1, 1, queryCount, seq]`: 0 if visible, else very negative. */
  readonly mask: Value;
  /** Rotary positions and tables; absent if the model has no rotary embedding. */
  readonly rotary?: RotaryLayout;
  /**
   * Key-value cache, present if a text comes in pieces; the mask is then `[batch, 1, 1, queryCount, earlier + seq]`.
   */
  readonly cache?: AttentionCache;
}

/** Keys (rotated) and values, `[batch, kvHeads, tokens, headDim]`. */
export interface KeysAndValues {
  readonly keys: Value;
  readonly values: Value;
}

export interface AttentionCache {
  /** Cached keys and values for `earlier` tokens; undefined at the start. */
  earlier(kvHeads: number, headDim: number): KeysAndValues | undefined;
  store(own: KeysAndValues): void;
}

interface RotaryLayout {
  /** Rotary table row per token, int64 `[batch, seq]`. */
  readonly positions: Value;
  /** Rotary table row per query token, int64 `[batch, queryCount]`. */
  readonly queryPositions: Value;
  /** Cosine table `[seq, rotaryDim / 2]`. */
  readonly cos: Value;
  readonly sin: Value;
}

export interface LayerTraits {
  readonly name: string;
  /** Attention window: how many tokens a token sees, itself included; all if absent. */
  readonly window?: number;
  readonly rope?: Rope;
}

export interface Embeddings {
  /** Token embedding table's name, `[vocab, hidden]`. */
  readonly tokens: string;
  /** Learned positions, added to embeddings: columns, or non-pad tokens counted from padTokenId + 1. */
  readonly positions?: {
    readonly name: string;
    readonly rows: number;
    readonly numbering: "column" | "past-padding";
  };
  /** Segment embeddings; the first row (BERT's segment A) is added to every token. */
  readonly types?: { readonly name: string; readonly rows: number };
  readonly scale: number;
  readonly norm?: ModuleShape & { apply(x: Value, weights: ModuleWeights): Value };
}

/** Kind of task head, with the class count in classification. Heads turn hidden states into a loss. */
export type Head = Exclude<ModelHead, { readonly kind: "none" }>;

/** Head layers behind the last block; layers are named by full checkpoint name. */
export interface HeadModule extends ModuleShape {
  /** Shape of the whole model with this head. */
  readonly shape: ModelShape;
  /** Tokens the head reads: one per example, or all. */
  readonly reads: "one" | "all";
  /** Logits: x `[rows, hidden]` → `[rows, classes]`. */
  logits(x: Value, weights: ModuleWeights): Value;
}

/** Model family: config values, and graph builders for embeddings, blocks and head. */
export interface Family extends ModuleShape {
  readonly modelType: string;
  readonly layers: number;
  readonly hiddenSize: number;
  readonly vocabSize: number;
  /** Most tokens in a text; undefined without a limit. */
  readonly maxPositions?: number;
  readonly padTokenId: number;
  readonly initializerRange: number;
  /** Name prefix that checkpoints without a head may lack: `model.`. */
  readonly basePrefix: string;
  /** Attention direction; `causal`: tokens see only earlier tokens. */
  readonly attends: "causal" | "bidirectional";
  readonly embeddings: Embeddings;
  /** Paths of key and value projections, which tokens outside the query tokens pass too. */
  readonly keyValuePaths: ReadonlySet<string>;
  /** Block path in the checkpoint: `model.layers.3`. */
  blockPath(layer: number): string;
  kindOf(layer: number): LayerTraits;
  /** Transformer block: `[batch * seq, hidden]` → `[batch * queryCount, hidden]`. */
  block(x: Value, weights: ModuleWeights, tokens: TokenLayout): Value;
  /** Head behind the last block. Throws E_TASK for an unsupported task. */
  head(head: Head): HeadModule;
}

interface Rope {
  /** Rotated elements per head, from the first on. */
  readonly rotaryDim: number;
  /** Longest text, in tokens, for which short-text angles hold; absent if all texts rotate alike. */
  readonly shortTexts?: number;
  /** Rotary tables cos and sin, `[positions, rotaryDim / 2]`, for a text with `length` tokens. */
  tables(positions: number, length?: number): { readonly cos: Float32Array; readonly sin: Float32Array };
}

/** Rotary tables by position, from config values. Source: modeling_rope_utils.py of transformers 5.24. */
function ropeOf(settings: RopeSettings): Rope {
  const { rotaryDim, theta } = settings;
  const plain = Array.from({ length: rotaryDim / 2 }, (_, i) => theta ** ((-2 * i) / rotaryDim));
  const fixed = (frequencies: readonly number[]): Rope => ({
    rotaryDim,
    tables: (seq) => tables(seq, frequencies, 1),
  });
  switch (settings.type) {
    case "default":
      return fixed(plain);
    case "linear":
      return fixed(plain.map((frequency) => frequency / settings.factor));
    case "llama3":
      return fixed(llama3Frequencies(plain, settings));
    case "longrope": {
      const { originalPositions, attentionFactor } = settings;
      const short = plain.map((frequency, i) => frequency / settings.shortFactors[i]!);
      const long = plain.map((frequency, i) => frequency / settings.longFactors[i]!);
      return {
        rotaryDim,
        shortTexts: originalPositions,
        tables: (positions, length = positions) =>
          tables(positions, length > originalPositions ? long : short, attentionFactor),
      };
    }
  }
}

/**
 * Rotary tables: cos and sin of position · frequency, times `attention`. Angles are float32 as in transformers, which
 * shows at position 4,000. Source: RoFormer, section 3.2.2, https://arxiv.org/abs/2104.09864
 */
function tables(seq: number, frequencies: readonly number[], attention: number): ReturnType<Rope["tables"]> {
  const half = frequencies.length;
  const rounded = frequencies.map(Math.fround);
  const cos = new Float32Array(seq * half);
  const sin = new Float32Array(seq * half);
  for (let i = 0; i < seq * half; i++) {
    const angle = Math.fround(Math.floor(i / half) * rounded[i % half]!);
    cos[i] = Math.cos(angle) * attention;
    sin[i] = Math.sin(angle) * attention;
  }
  return { cos, sin };
}

/** Llama 3 frequencies: long waves are stretched by `factor`, short waves stay, others are blended. */
function llama3Frequencies(
  plain: readonly number[],
  {
    factor,
    lowFrequencyFactor: low,
    highFrequencyFactor: high,
    originalPositions: original,
  }: Extract<RopeSettings, { readonly type: "llama3" }>,
): number[] {
  return plain.map((frequency) => {
    const wavelength = (2 * Math.PI) / frequency;
    if (wavelength > original / low) return frequency / factor;
    if (wavelength < original / high) return frequency;
    const smooth = (original / wavelength - low) / (high - low);
    return (1 - smooth) * (frequency / factor) + smooth * frequency;
  });
}

export function headlessShape({ shape }: TrainableModel): ModelShape {
  return shape({ kind: "classification", labels: 1 }); // only head of every family
}

export function readFamily(
  model: TrainableModel,
): Omit<Family, "attends" | "embeddings" | "vectors" | "keyValuePaths" | "block" | "head"> {
  const { layers, hiddenSize, vocabSize, layersPath, linears } = headlessShape(model);
  const { maxPositions, padTokenId, initializerRange, layerKinds } = model.computation;
  const inBlocks = linears.filter(({ role }) => role === "block");
  const kinds = new Map(
    [...new Set(layerKinds)].map((kind) => {
      const { name, window, rope } = kind;
      const made: LayerTraits = {
        name,
        ...(window === null ? {} : { window }),
        ...(rope === null ? {} : { rope: ropeOf(rope) }),
      };
      return [kind, made];
    }),
  );
  return {
    modelType: model.modelType,
    layers,
    hiddenSize,
    vocabSize,
    ...(maxPositions === null ? {} : { maxPositions }),
    padTokenId,
    initializerRange,
    basePrefix: layersPath.slice(0, layersPath.indexOf(".") + 1),
    linears: inBlocks.map((linear) => ({ ...linear, path: linear.path.slice(`${layersPath}.*.`.length) })),
    blockPath: (layer) => `${layersPath}.${layer}`,
    kindOf: (layer) => kinds.get(layerKinds[layer]!)!,
  };
}
