import type { ModelLinear } from "./linear-shapes.ts";

/** `model_type` of supported configs. */
export type ModelType =
  | "llama"
  | "mistral"
  | "ministral"
  | "ministral3"
  | "qwen2"
  | "qwen3"
  | "gemma"
  | "gemma2"
  | "gemma3_text"
  | "phi3"
  | "smollm3"
  | "olmo2"
  | "olmo3"
  | "granite"
  | "glm"
  | "glm4"
  | "exaone4"
  | "internlm3"
  | "ernie4_5"
  | "seed_oss"
  | "cohere"
  | "qwen"
  | "mixtral"
  | "qwen2_moe"
  | "qwen3_moe"
  | "qwen3_next"
  | "qwen3_5_text"
  | "qwen3_5_moe_text"
  | "glm4_moe"
  | "llama4_text"
  | "gemma3n_text"
  | "gpt_oss"
  | "deepseek_v2"
  | "deepseek_v3"
  | "kimi_k2"
  | "minicpm3"
  | "gpt2"
  | "phi"
  | "stablelm"
  | "nemotron"
  | "starcoder2"
  | "gpt_neox"
  | "falcon"
  | "bloom"
  | "bert"
  | "roberta"
  | "distilbert"
  | "gemma3"
  | "gemma3n"
  | "llama4"
  | "qwen3_5"
  | "qwen3_5_moe"
  | "qwen3_vl"
  | "qwen3_vl_moe"
  | "kimi_k25"
  | "mistral3";

/** Head on top of the layers. */
export type ModelHead =
  /** Predicts the next token: `lm_head`. */
  | { readonly kind: "causal-lm" }
  /** Predicts one of `labels` classes: `score` without bias on decoders, `classifier` on encoders. */
  | { readonly kind: "classification"; readonly labels: number }
  /** Nothing: hidden states are the output. */
  | { readonly kind: "none" };

/** Parameters of a model by part. The parts add up to all of them; a tied matrix is counted once. */
export interface ModelParams {
  /** Token, position and token-type tables. */
  readonly embeddings: number;
  /** Weights of the linear layers in the blocks, including experts: those that a 4-bit or 8-bit base quantises. */
  readonly blockWeights: number;
  /** Weights of the layers that choose experts; 0 without experts. */
  readonly routers: number;
  /** Biases of those layers, and all normalisation parameters. */
  readonly biasesAndNorms: number;
  /** The pooler behind the last layer of BERT-like models. */
  readonly pooler: number;
  /** The head, unless it is tied to the token embeddings. */
  readonly head: number;
}

/** Computation of one block, as far as it decides the memory of activations. Sizes are elements a token. */
export interface BlockShape {
  readonly norm: "rmsnorm" | "layernorm";
  /** Normalisations of hidden states. */
  readonly norms: number;
  /** Different hidden states that they read: one if attention and feed-forward layer run in parallel. */
  readonly normInputs: number;
  /** Normalisation of queries and keys, each head by itself or all at once. */
  readonly queryKeyNorm: boolean;
  /** Width of all queries, `heads * headDim`. */
  readonly queryDim: number;
  /** Width of all keys. */
  readonly keyDim: number;
  /** Width of all values. */
  readonly valueDim: number;
  /** One matrix gives q, k and v. */
  readonly fusedQkv: boolean;
  /** Multi-head latent attention: widths of the latents of queries, and of keys and values, both normalised. */
  readonly latents?: {
    /** Null if queries come from hidden states. */
    readonly queryDim: number | null;
    readonly keyValueDim: number;
  };
  readonly feedForward: FeedForwardShape;
}

export interface FeedForwardShape {
  /** `act(gate) * up`; otherwise one activation. */
  readonly gated: boolean;
  /**
   * Inner width that one token passes through: with experts, the sum over all it visits, shared ones included. Other
   * layers of such a model, without experts, may have another width, which this shape does not describe.
   */
  readonly width: number;
  readonly experts?: {
    readonly count: number;
    /** Experts that a token visits, shared ones not counted. */
    readonly perToken: number;
  };
}

/** Something on which the memory of training depends, and which an estimate leaves out. */
export interface NotCounted {
  /** In a few words, for a list: `adapters on the experts`. */
  readonly what: string;
  /** Effect on memory: training needs `more` than is counted, `less`, or one cannot tell which (`either`). */
  readonly direction: "more" | "less" | "either";
  /** Origin, as a user wrote it: `rl dpo`. */
  readonly from?: string;
  /** Full fine-tuning has none of it. */
  readonly adapterOnly?: true;
}

/** Part whose parameters are counted, but whose activations `block` does not describe. */
export interface UnmodelledPart extends Pick<NotCounted, "what" | "direction"> {
  readonly sentence: string;
}

/** Shapes of a base model on which LoRA and memory depend. */
export interface ModelShape {
  /** `model_type` of its config. */
  readonly modelType: ModelType;
  /**
   * `llama`: decoder with a gated MLP. `mixture`: the same with experts. `gpt2`: decoder with LayerNorm and usually a
   * plain MLP. `bert`: encoder with LayerNorm. Details differ by `modelType`.
   */
  readonly family: "llama" | "mixture" | "gpt2" | "bert";
  /** `text`: only the language model of a multimodal model is described and counted, not its part that reads images. */
  readonly covers: "model" | "text";
  readonly head: ModelHead;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layers: number;
  readonly heads: number;
  /** Fewer than `heads` under grouped-query attention. */
  readonly kvHeads: number;
  readonly headDim: number;
  readonly vocabSize: number;
  /** Rows of the table of learned positions; 0 if positions are rotary or none. */
  readonly positions: number;
  /** Rows of the table of token types; 0 without one. */
  readonly tokenTypes: number;
  /** Module path of the layers, `model.layers`: the fourth is `model.layers.3`. */
  readonly layersPath: string;
  readonly block: BlockShape;
  /** The output projection is the token embedding; false without a language-model head. */
  readonly tied: boolean;
  /** Linear layers that "all-linear" adapts, in order of use. */
  readonly linears: readonly ModelLinear[];
  /** Matrices of routed experts, one an expert, named as in checkpoints. Like the output they get an adapter only by name. */
  readonly experts: readonly ModelLinear[];
  /** Layers that choose experts. They get an adapter only by name, and stay unquantised. */
  readonly routers: readonly ModelLinear[];
  /**
   * The head's linear layers, in order of use; none without a head. `lm_head`, tied or not, gets an adapter only by
   * name. The layers of a classifier are trained in full.
   */
  readonly headLinears: readonly ModelLinear[];
  readonly unmodelled: readonly UnmodelledPart[];
  readonly params: ModelParams;
  /** Exact; buffers such as rotary frequencies are not parameters. */
  readonly totalParams: number;
}
