import type { ModelHead, ModelShape } from "@lorank/core";
import type { Value } from "@lorank/graph";
import type { Rope } from "./rope.ts";

/** A linear layer by its path inside its module, for example `self_attn.q_proj` in a block. */
export interface LinearLayer {
  readonly path: string;
  readonly inDim: number;
  readonly outDim: number;
  /** Whether it adds `<path>.bias` `[outDim]`. (default false) */
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
 * What a module's graph is written against: where its weights come from. The module does not know whether a linear
 * layer carries an adapter, or whether its weights are frozen.
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
   * How many tokens of each sequence are queries: all of them, or those that the head reads. The block then returns
   * their rows alone, and computes everything but keys and values for them alone.
   */
  readonly queryCount: number | "all";
  /** int64 `[batch * queryCount]`: rows of the query tokens; absent when all tokens are queries. */
  readonly queryRows?: Value;
  /** `[batch, 1, 1, queryCount, seq]`: 0 where a query may look, a large negative number where not. */
  readonly mask: Value;
  /** Absent in families without rotary positions. */
  readonly rotary?: RotaryLayout;
}

export interface RotaryLayout {
  /** int64 `[batch, seq]`. */
  readonly positions: Value;
  /** int64 `[batch, queryCount]`: positions of the query tokens. */
  readonly queryPositions: Value;
  /** `[seq, rotaryDim / 2]`. */
  readonly cos: Value;
  readonly sin: Value;
}

/** What sets some layers of a model apart from others: how far they look, and how they count positions. */
export interface LayerKind {
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

/** What turns hidden states into a loss. */
export type Head = Exclude<ModelHead, { readonly kind: "none" }>;

/** What follows the last block. Names and paths are those of the checkpoint, in full. */
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
  /** What the names of a checkpoint without a head may lack: `model.`. */
  readonly basePrefix: string;
  /** Whether a token sees those after it. */
  readonly attends: "causal" | "bidirectional";
  readonly embeddings: Embeddings;
  /** Linear layers of a block that every token passes even where few tokens are queries. */
  readonly keyValuePaths: ReadonlySet<string>;
  /** Path of a block in the checkpoint: `model.layers.3`. */
  blockPath(layer: number): string;
  kindOf(layer: number): LayerKind;
  /** One transformer block, for x `[batch * seq, hidden]`. Returns `[batch * queryCount, hidden]`. */
  block(x: Value, weights: ModuleWeights, tokens: TokenLayout): Value;
  /** What follows the last block. Throws E_TASK for a task that the family is not made for. */
  head(head: Head): HeadModule;
}
