import type { ModelLinear } from "./linear-shapes.ts";

/** `model_type` of the decoders with RMSNorm and rotary positions that are understood. */
export type LlamaModelType =
  | "llama"
  | "mistral"
  | "qwen2"
  | "qwen3"
  | "gemma"
  | "gemma2"
  | "gemma3_text"
  | "phi3";
/** `model_type` of the encoders that are understood. */
export type BertModelType = "bert" | "roberta" | "distilbert";
/** `model_type` of the decoders with LayerNorm and learned positions that are understood. */
export type Gpt2ModelType = "gpt2";

/** What sits on top of the layers. */
export type ModelHead =
  /** Predicts the next token: `lm_head`. */
  | { readonly kind: "causal-lm" }
  /** Predicts one of `labels` classes: `score` without bias on decoders, `classifier` on encoders. */
  | { readonly kind: "sequence-classification"; readonly labels: number }
  /** Nothing: hidden states are the output. */
  | { readonly kind: "none" };

/** Where a model's parameters are. The parts add up to all of them; a tied matrix is counted once. */
export interface ModelParams {
  /** Token, position and token-type tables. */
  readonly embeddings: number;
  /** Weights of the linear layers in the blocks: what a 4-bit or 8-bit base quantises. */
  readonly blockWeights: number;
  /** Biases of those layers, and all normalisation parameters. */
  readonly biasesAndNorms: number;
  /** The pooler behind the last layer of BERT-like models. */
  readonly pooler: number;
  /** The head, unless it is tied to the token embeddings. */
  readonly head: number;
}

/** What one block computes, as far as the memory of its activations depends on it. Sizes are elements a token. */
export interface BlockShape {
  readonly norm: "rmsnorm" | "layernorm";
  /** Normalisations of hidden states. */
  readonly norms: number;
  /** Different hidden states that they read: one where attention and feed-forward layer stand side by side. */
  readonly normInputs: number;
  /** RMSNorm on each head of queries and keys. */
  readonly queryKeyNorm: boolean;
  /** Width of all queries, `heads * headDim`. */
  readonly queryDim: number;
  /** Width of all keys. */
  readonly keyDim: number;
  /** Width of all values. */
  readonly valueDim: number;
  /** One matrix gives q, k and v. */
  readonly fusedQkv: boolean;
  readonly feedForward: FeedForwardShape;
}

export interface FeedForwardShape {
  /** `act(gate) * up`; otherwise one activation. */
  readonly gated: boolean;
  /** Inner width that one token passes through: with experts, that of all it visits together, shared ones included. */
  readonly width: number;
  readonly experts?: {
    readonly count: number;
    /** Experts that a token visits, shared ones not counted. */
    readonly perToken: number;
  };
}

/** The shapes of a base model, as far as LoRA and memory depend on them. */
export interface ModelShape {
  /** `model_type` of its config. */
  readonly modelType: LlamaModelType | Gpt2ModelType | BertModelType;
  /**
   * `llama`: decoder with RMSNorm and a gated MLP. `gpt2`: decoder with LayerNorm and a plain MLP. `bert`: encoder with
   * LayerNorm. Details differ by `modelType`.
   */
  readonly family: "llama" | "gpt2" | "bert";
  readonly head: ModelHead;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layers: number;
  readonly heads: number;
  /** Fewer than `heads` under grouped-query attention. */
  readonly kvHeads: number;
  readonly headDim: number;
  readonly vocabSize: number;
  readonly block: BlockShape;
  /** Whether the output projection is the token embedding; false without a language-model head. */
  readonly tied: boolean;
  /** The linear layers that "all-linear" adapts, in order of use. */
  readonly linears: readonly ModelLinear[];
  /** `lm_head`, which takes an adapter only when it is named; null without a language-model head. */
  readonly outputLinear: ModelLinear | null;
  /** Shapes of the head's own tensors, `[outDim, inDim]` and biases `[outDim]`; none when it is tied or absent. */
  readonly headTensors: readonly (readonly number[])[];
  readonly params: ModelParams;
  /** Exact; buffers such as rotary frequencies are not parameters. */
  readonly totalParams: number;
}
