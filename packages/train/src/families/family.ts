import type { ModelHead, ModelShape, RopeSettings, TrainableModel } from "@lorank/core/models";
import type { Value } from "@lorank/graph";

/** A linear layer by its path inside its module, for example `self_attn.q_proj` in a block. */
interface LinearLayer {
  readonly path: string;
  readonly inDim: number;
  readonly outDim: number;
  /** True if it adds `<path>.bias` `[outDim]`. (default false) */
  readonly bias?: boolean;
  /** Its weight is stored `[inDim, outDim]`, as GPT-2's Conv1D does, and not `[outDim, inDim]`. (default false) */
  readonly transposed?: boolean;
  /** Name of its weight where that is not `<path>.weight`: an output layer tied to the embedding. */
  readonly weightName?: string;
}

/** A vector such as a norm's gain, by its name inside its module: `input_layernorm.weight`. */
export interface VectorWeight {
  readonly name: string;
  readonly size: number;
  /** The value at which it changes nothing. */
  readonly neutral: 0 | 1;
}

/** Weights that a part of the model has. */
export interface ModuleShape {
  readonly linears: readonly LinearLayer[];
  readonly vectors: readonly VectorWeight[];
}

/**
 * The source of a module's weights, against which its graph is written. The module does not know whether a linear layer
 * carries an adapter, or whether its weights are frozen.
 */
export interface ModuleWeights {
  vector(name: string): Value;
  /** x Wᵀ + bias for x `[rows, inDim]`, plus whatever the layer carries. Returns `[rows, outDim]`. */
  linear(x: Value, path: string): Value;
}

/** The token layout of one micro-batch, as graph inputs. Rows of x are tokens, example after example. */
export interface TokenLayout {
  readonly batch: number;
  readonly seq: number;
  /**
   * Number of tokens of each sequence that are queries: all of them, or those that the head reads. The block then
   * returns their rows alone, and computes everything but keys and values for them alone.
   */
  readonly queryCount: number | "all";
  /** int64 `[batch * queryCount]`: rows of the query tokens; absent when all tokens are queries. */
  readonly queryRows?: Value;
  /** `[batch, 1, 1, queryCount, seq]`: 0 where a query may look, a large negative number where not. */
  readonly mask: Value;
  /** Absent in families without rotary positions. */
  readonly rotary?: RotaryLayout;
  /** Present where a text is read in pieces. The mask is then `[batch, 1, 1, queryCount, earlier + seq]`. */
  readonly cache?: AttentionCache;
}

/** Keys and values, `[batch, kvHeads, tokens, headDim]`. Keys are rotated. */
export interface KeysAndValues {
  readonly keys: Value;
  readonly values: Value;
}

/** The place of keys and values between the pieces of a text. */
export interface AttentionCache {
  /** Those of `earlier` tokens before these; undefined where these are the first. */
  earlier(kvHeads: number, headDim: number): KeysAndValues | undefined;
  /** Takes those of these tokens. */
  store(own: KeysAndValues): void;
}

interface RotaryLayout {
  /** int64 `[batch, seq]`. */
  readonly positions: Value;
  /** int64 `[batch, queryCount]`: positions of the query tokens. */
  readonly queryPositions: Value;
  /** `[seq, rotaryDim / 2]`. */
  readonly cos: Value;
  readonly sin: Value;
}

/** A kind of layer in a model: how far it looks, and how it counts positions. */
export interface LayerTraits {
  readonly name: string;
  /** A token sees itself and the `window − 1` tokens before it; all of them where absent. */
  readonly window?: number;
  readonly rope?: Rope;
}

/** The sum of embedding rows with which a model begins. */
export interface Embeddings {
  /** Name of the table `[vocab, hidden]`. */
  readonly tokens: string;
  /** Positions that are added: columns of the batch, or tokens that are no pads, counted from padTokenId + 1 on. */
  readonly positions?: {
    readonly name: string;
    readonly rows: number;
    readonly numbering: "column" | "past-padding";
  };
  /** A table whose first row is added to every token: BERT's segment A. */
  readonly types?: { readonly name: string; readonly rows: number };
  /** Factor on the sum. */
  readonly scale: number;
  /** Follows the sum. */
  readonly norm?: ModuleShape & { apply(x: Value, weights: ModuleWeights): Value };
}

/** The task whose head turns hidden states into a loss. */
export type Head = Exclude<ModelHead, { readonly kind: "none" }>;

/** The layers behind the last block. Names and paths are those of the checkpoint, in full. */
export interface HeadModule extends ModuleShape {
  /** The whole model with this head. */
  readonly shape: ModelShape;
  /** `one`: it reads one token of each example, to classify it. `all`: it reads every token. */
  readonly reads: "one" | "all";
  /** x `[rows, hidden]` → logits `[rows, classes]`. */
  logits(x: Value, weights: ModuleWeights): Value;
}

/** A model family: what its config says, and its parts as graphs. */
export interface Family extends ModuleShape {
  readonly modelType: string;
  readonly layers: number;
  readonly hiddenSize: number;
  readonly vocabSize: number;
  /** The longest text that the model has positions for; undefined where its config sets no limit. */
  readonly maxPositions?: number;
  readonly padTokenId: number;
  readonly initializerRange: number;
  /** The prefix that names of a checkpoint without a head may lack: `model.`. */
  readonly basePrefix: string;
  /** Causal where a token does not see those after it. */
  readonly attends: "causal" | "bidirectional";
  readonly embeddings: Embeddings;
  /** Linear layers of a block that every token passes even where few tokens are queries. */
  readonly keyValuePaths: ReadonlySet<string>;
  /** Path of a block in the checkpoint: `model.layers.3`. */
  blockPath(layer: number): string;
  kindOf(layer: number): LayerTraits;
  /** One transformer block, for x `[batch * seq, hidden]`. Returns `[batch * queryCount, hidden]`. */
  block(x: Value, weights: ModuleWeights, tokens: TokenLayout): Value;
  /** Makes the head behind the last block. Throws E_TASK for a task that the family is not made for. */
  head(head: Head): HeadModule;
}

/** Rotary positions of one kind of layer. */
interface Rope {
  /** Number of a head's elements that are rotated, from the first on. */
  readonly rotaryDim: number;
  /** Texts with more tokens turn by other angles; absent where all turn alike. */
  readonly shortTexts?: number;
  /** cos and sin of each position's angles in a text of `length` tokens, `[positions, rotaryDim / 2]`, row-major. */
  tables(positions: number, length?: number): { readonly cos: Float32Array; readonly sin: Float32Array };
}

/** Source: modeling_rope_utils.py of transformers 5.24. */
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
 * cos and sin of position · frequency, times `attention`. Angles are rounded to float32 as transformers computes
 * them: at position 4,000 the difference would show.
 * Source: RoFormer, section 3.2.2, https://arxiv.org/abs/2104.09864
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

/** Long waves are stretched by `factor`, short ones stay, those between are blended. */
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

/** A model's shapes as far as no head matters. */
export function headlessShape({ shape }: TrainableModel): ModelShape {
  return shape({ kind: "classification", labels: 1 }); // the only head that every family can have
}

/** Reads the sizes and layer paths of a family from its config. */
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
