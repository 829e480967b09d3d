import type { Value } from "@lorank/graph";

/** One linear layer of a block, by its path inside the block, for example `self_attn.q_proj`. Its weight is `[outDim, inDim]`. */
export interface LinearLayer {
  readonly path: string;
  readonly inDim: number;
  readonly outDim: number;
}

/** A weight of a block that is not a linear layer, such as a norm's gain. */
export interface VectorWeight {
  readonly path: string;
  readonly size: number;
}

/**
 * What a block's graph is written against: where its weights come from. The block does not know whether a linear
 * layer carries an adapter, or whether its weights are frozen.
 */
export interface BlockWeights {
  /** A norm's gain or a bias `[size]`, by path within the block. */
  vector(path: string): Value;
  /** x Wᵀ for x `[tokens, inDim]`, plus whatever the layer carries. Returns `[tokens, outDim]`. */
  linear(x: Value, path: string): Value;
}

/** The token layout of one micro-batch, as graph inputs. Rows of x are tokens, example after example. */
export interface TokenLayout {
  readonly batch: number;
  readonly seq: number;
  /**
   * `all`: every token asks and is updated. `last`: only the last real token of each example; the block then
   * returns one row an example, and everything but keys and values is computed for that row alone.
   */
  readonly queries: "all" | "last";
  /** int64 `[batch, seq]`. */
  readonly positions: Value;
  /** int64 `[batch, queries]`: positions of the asking tokens. */
  readonly queryPositions: Value;
  /** int64 `[batch]`: row of each example's last real token; absent when all tokens ask. */
  readonly lastRows?: Value;
  /** `[batch, 1, 1, queries, seq]`: 0 where a query may look, a large negative number where not. */
  readonly mask: Value;
  readonly cos: Value;
  readonly sin: Value;
}

/** A model family: sizes read from its config, and its block and final layer as graphs. */
export interface Family {
  readonly layers: number;
  readonly hiddenSize: number;
  readonly vocabSize: number;
  /** Size of one attention head; the rotary tables have half as many columns. */
  readonly headDim: number;
  readonly ropeTheta: number;
  readonly padTokenId: number;
  readonly initializerRange: number;
  readonly linears: readonly LinearLayer[];
  readonly vectors: readonly VectorWeight[];
  /** Linear layers that every token passes even where only the last token of an example asks. */
  readonly keyValuePaths: ReadonlySet<string>;
  /** Path of a block in the checkpoint: `model.layers.3`. */
  blockPath(layer: number): string;
  /** Tensor names in the checkpoint. */
  readonly embedding: string;
  readonly finalNorm: string;
  /** Name of the output embedding `[vocab, hidden]`; equals `embedding` when tied. */
  readonly outputHead: string;
  /** Name of the classification head `[labels, hidden]`. */
  readonly classifier: string;
  /** One transformer block, for x `[batch * seq, hidden]`. Returns `[batch * queries, hidden]`. */
  block(x: Value, weights: BlockWeights, tokens: TokenLayout): Value;
  /** What follows the last block, for x `[rows, hidden]` and the final norm's gain. */
  final(x: Value, norm: Value): Value;
}
