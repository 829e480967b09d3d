/**
 * How the frozen base is held while the adapter is trained; `autocast` holds it in float32 and multiplies in bfloat16, as
 * PyTorch's autocast does.
 */
export type Base = "float32" | "autocast" | "nf4" | "nf4-dq";

/** Who trains: LoRAnk, a plain loop over PEFT's model, the same compiled by `torch.compile`, or transformers' Trainer. */
export type Stack = "lorank" | "peft" | "peft-compile" | "peft-trainer";

/** What one side is asked to train: `lorank/step.ts` and `python/step.py` read the same object. */
export interface Work {
  readonly stack: Stack;
  readonly task: "classification" | "causal-lm";
  /** Folder with config.json and safetensors; without the latter, weights are drawn, which only LoRAnk does. */
  readonly model: string;
  readonly base: Base;
  readonly batch: number;
  readonly seq: number;
  readonly rank: number;
  readonly threads: number;
  /** Compute each block again in the backward pass; PyTorch calls it gradient checkpointing. */
  readonly recompute: boolean;
}

/** First line of a side: what it trains and with what, or why it cannot. */
export type Ready =
  | {
      readonly trained: number;
      readonly versions: string;
      /** Peak memory as it is predicted from the model's config. */
      readonly predictedBytes?: number;
    }
  | { readonly skip: string };

/** A side's answer to a number of steps. */
export interface Steps {
  readonly seconds: readonly number[];
  /** CPU time of all threads, in all steps together. */
  readonly cpuSeconds: number;
  /** Before each step, in nats. */
  readonly losses: readonly number[];
  /** Most resident memory of the process so far. */
  readonly peakBytes: number;
}
