/** How the frozen base is held while the adapter is trained. */
export type Base = "float32" | "nf4" | "nf4-dq";

/** What one side is asked to train: `lorank/step.ts` and `python/step.py` read the same object. */
export interface Work {
  readonly task: "classification" | "causal-lm";
  /** Folder with config.json and safetensors. */
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
export type Ready = { readonly trained: number; readonly versions: string } | { readonly skip: string };

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
