import type { ModelLinear } from "./linear-shapes.ts";

/** `model_type` in supported configs. */
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
  | "xlm-roberta"
  | "distilbert"
  | "gemma3"
  | "gemma3n"
  | "llama4"
  | "qwen3_5"
  | "qwen3_5_moe"
  | "qwen2_5_vl"
  | "qwen3_vl"
  | "qwen3_vl_moe"
  | "kimi_k25"
  | "mistral3";

/** Head on top of the layers. */
export type ModelHead =
  /** Language-model head: predicts the next token, `lm_head`. */
  | { readonly kind: "causal-lm" }
  /** Classification head over `labels` classes: `score` without bias on decoders, `classifier` on encoders. */
  | { readonly kind: "classification"; readonly labels: number }
  /** No head: hidden states are the output. */
  | { readonly kind: "none" };

/** Parameters by part; a tied matrix counts once. */
export interface ModelParams {
  readonly embeddings: number;
  /** Linear weights in blocks and experts, which a 4-bit or 8-bit base quantises. */
  readonly blockWeights: number;
  readonly routers: number;
  /** Biases in block linears and routers, and all normalisation parameters. */
  readonly biasesAndNorms: number;
  readonly pooler: number;
  readonly head: number;
}

/** Block as it affects activation memory. Sizes are elements a token. */
export interface BlockShape {
  readonly norm: "rmsnorm" | "layernorm";
  readonly norms: number;
  /** Count of hidden states that norms read: 1 if attention and feed-forward layer run in parallel. */
  readonly normInputs: number;
  /** True if queries and keys are normalised, per head or all at once. */
  readonly queryKeyNorm: boolean;
  /** Query width: `heads * headDim`. */
  readonly queryDim: number;
  readonly keyDim: number;
  readonly valueDim: number;
  readonly fusedQkv: boolean;
  /** Widths of the normalised latents in multi-head latent attention. */
  readonly latents?: {
    /** Query latent width; null if queries come from hidden states. */
    readonly queryDim: number | null;
    readonly keyValueDim: number;
  };
  readonly feedForward: FeedForwardShape;
  /** Format of eager attention's softmax: that of the scores, also under autocast or not (default: always fp32). */
  readonly softmax?: "as scores" | "as scores, fp32 under autocast";
  /** True if scores are capped by a tanh. */
  readonly capsScores?: true;
  /** True if attention has no sdpa in transformers: sinks, or capped scores. */
  readonly lacksSdpa?: true;
  /** Dropout while the model trains; absent if its rates are 0. */
  readonly dropout?: BlockDropout;
}

export interface BlockDropout {
  /** True if attention's probabilities are dropped. */
  readonly attention: boolean;
  /** Count of results of hidden width that are dropped. */
  readonly results: number;
}

export interface FeedForwardShape {
  /** True for a gated feed-forward layer, `act(gate) * up`; otherwise a single activation. */
  readonly gated: boolean;
  /**
   * Inner-wide tensors that an activation saves if its operations are not fused (default: 1 of a single activation, 3
   * of a gated one).
   */
  readonly activationTensors?: number;
  /**
   * Inner width that a token passes: with experts, the sum over all visited, shared experts included. Layers without
   * experts in such a model may differ.
   */
  readonly width: number;
  readonly experts?: {
    readonly count: number;
    /** Count of routed experts that a token visits. */
    readonly perToken: number;
    /** True if the router's weights are fp32, and so the weighted results of 16-bit experts. */
    readonly floatWeights?: true;
    /** True if experts' projections have biases. */
    readonly biases?: true;
  };
}

/** Training memory omitted from an estimate. */
export interface NotCounted {
  /** Omission in a few words, for a list: `adapters on the experts`. */
  readonly what: string;
  /** Effect on memory: training needs `more` than is counted, `less`, or it is not known which (`either`). */
  readonly direction: "more" | "less" | "either";
  /** Setting behind the omission, as a user wrote it: `rl dpo`. */
  readonly from?: string;
  /** Present if full fine-tuning has no such omission. */
  readonly adapterOnly?: true;
}

/** Part with counted parameters whose activations `block` lacks. */
export interface UnmodelledPart extends Pick<NotCounted, "what" | "direction"> {
  readonly sentence: string;
}

/** Part of a model that reads images, and what memory needs to know of it. */
export interface VisionShape {
  /** Blocks over patches, as a model without a head; layers of mergers are outside the blocks. */
  readonly tower: ModelShape;
  /** The language model alone. */
  readonly text: ModelShape;
  /** Pixel values of a patch. */
  readonly pixels: number;
  /** Count of patches behind an image token. */
  readonly patchesPerToken: number;
  /** Count of the tower's results for the language model; above 1, later ones are added to hidden states. */
  readonly outputs: number;
  /** Elements a patch that layers outside the blocks save: inputs of RMSNorms, and others. */
  readonly around: { readonly norms: number; readonly others: number };
  /** True if positions turn queries and keys, in fp32. */
  readonly rotary: boolean;
  /** True if learned positions are interpolated in fp32, and stay while the blocks run forward. */
  readonly floatPositions: boolean;
  /** True if `enable_input_require_grads` reaches the patches' embeddings, so that gradients pass the tower. */
  readonly hooksInput: boolean;
  /** True if images make the language model's attention read a mask. */
  readonly masksText: boolean;
}

/** Base model shapes on which LoRA and memory depend. */
export interface ModelShape {
  /** `model_type` member of the config. */
  readonly modelType: ModelType;
  /**
   * Architecture family. `llama`: decoder with a gated MLP. `mixture`: the same with experts. `gpt2`: decoder with
   * LayerNorm and usually a plain MLP. `bert`: encoder with LayerNorm. Details differ by `modelType`.
   */
  readonly family: "llama" | "mixture" | "gpt2" | "bert";
  /**
   * Part of the model that is counted. `text`: only a multimodal model's language model, not its part that reads
   * images.
   */
  readonly covers: "model" | "text";
  readonly head: ModelHead;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layers: number;
  readonly heads: number;
  /** Count of key-value heads: fewer than `heads` under grouped-query attention. */
  readonly kvHeads: number;
  readonly headDim: number;
  readonly vocabSize: number;
  /** Rows in the table for learned positions; 0 if positions are rotary or none. */
  readonly positions: number;
  readonly tokenTypes: number;
  /** Module path to the layers, `model.layers`: the fourth is `model.layers.3`. */
  readonly layersPath: string;
  readonly block: BlockShape;
  /** True if the output projection is the token embedding; false without a language-model head. */
  readonly tied: boolean;
  /** True if logits are capped by a tanh. */
  readonly capsLogits?: true;
  /** Linear layers under "all-linear", in order of use. */
  readonly linears: readonly ModelLinear[];
  /** Routed expert matrices, named as in checkpoints; adapted only by name. */
  readonly experts: readonly ModelLinear[];
  /** Layers that choose experts; adapted only by name, never quantised. */
  readonly routers: readonly ModelLinear[];
  /** Head's linear layers, in order of use. `lm_head` is adapted only by name; a classifier is trained in full. */
  readonly headLinears: readonly ModelLinear[];
  readonly unmodelled: readonly UnmodelledPart[];
  /** Part that reads images; in `linears` and counts only if it is here. */
  readonly vision?: VisionShape;
  readonly params: ModelParams;
  /** Exact parameter count; buffers such as rotary frequencies are not parameters. */
  readonly totalParams: number;
}
