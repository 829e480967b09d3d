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
  /** Hidden states are the output. */
  | { readonly kind: "none" };

/** Parameters by part; a tied matrix counts once. */
export interface ModelParams {
  readonly embeddings: number;
  /** Linear weights of blocks and experts, which a 4-bit or 8-bit base quantises. */
  readonly blockWeights: number;
  readonly routers: number;
  /** Biases of block linears and routers, and all normalisation parameters. */
  readonly biasesAndNorms: number;
  readonly pooler: number;
  readonly head: number;
}

/** Block as it affects activation memory. Sizes are elements a token. */
export interface BlockShape {
  readonly norm: "rmsnorm" | "layernorm";
  readonly norms: number;
  /** Hidden states that the norms read: one if attention and feed-forward layer run in parallel. */
  readonly normInputs: number;
  /** Queries and keys are normalised, per head or all at once. */
  readonly queryKeyNorm: boolean;
  /** `heads * headDim`. */
  readonly queryDim: number;
  readonly keyDim: number;
  readonly valueDim: number;
  readonly fusedQkv: boolean;
  /** Widths of the normalised latents in multi-head latent attention. */
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
   * Inner width passed by one token: with experts, the sum over all visited, shared ones included. Such a model's
   * layers without experts may differ.
   */
  readonly width: number;
  readonly experts?: {
    readonly count: number;
    /** Routed experts visited by a token. */
    readonly perToken: number;
  };
}

/** Contribution to training memory that an estimate omits. */
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

/** Part with counted parameters whose activations `block` lacks. */
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
  readonly tokenTypes: number;
  /** Module path of the layers, `model.layers`: the fourth is `model.layers.3`. */
  readonly layersPath: string;
  readonly block: BlockShape;
  /** Output projection is the token embedding; false without a language-model head. */
  readonly tied: boolean;
  /** Linear layers of "all-linear", in order of use. */
  readonly linears: readonly ModelLinear[];
  /** Matrices of routed experts, named as in checkpoints; adapted only by name. */
  readonly experts: readonly ModelLinear[];
  /** Layers that choose experts; adapted only by name, never quantised. */
  readonly routers: readonly ModelLinear[];
  /** Head's linear layers, in order of use. `lm_head` is adapted only by name; a classifier is trained in full. */
  readonly headLinears: readonly ModelLinear[];
  readonly unmodelled: readonly UnmodelledPart[];
  readonly params: ModelParams;
  /** Exact; buffers such as rotary frequencies are not parameters. */
  readonly totalParams: number;
}
