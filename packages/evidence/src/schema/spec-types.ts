import type { KindMembers, ScalingRule } from "@lorank/core";
import type { EngineObservations, Observations } from "./check-types.ts";
import type { Count, NonNegative, Seed, Share } from "./scalar-types.ts";

/** Training objective, with the labels for classification. */
export type Task =
  | { readonly kind: "classification"; readonly labels: readonly string[] }
  | { readonly kind: "causal-lm" };

/** 4-bit storage of the linear layers in a base's blocks; embeddings, head and norms are unchanged. */
export interface BaseQuantization {
  readonly format: "nf4" | "fp4";
  /** Count of weights that share a scale (their largest absolute value, absmax). */
  readonly blockSize: 32 | 64 | 128 | 256 | 512 | 1024 | 2048 | 4096;
  /** Double quantisation: the absmax are quantised too; false is not written. */
  readonly doubleQuant?: true;
}

/**
 * Origin of the frozen base: a checkpoint, or the same shapes drawn at random from `seed`. `quantization` is applied on
 * loading; absent for a base used unchanged, even if it is in 4 bits already.
 */
export type BaseWeights = { readonly quantization?: BaseQuantization } & (
  | { readonly kind: "pretrained"; readonly name: string; readonly sha256: string }
  | { readonly kind: "random"; readonly name: string; readonly configSha256: string; readonly seed: Seed }
);

/** Tokenised examples for a trial; `sha256` is over the dataset file's bytes. */
export interface DatasetRef {
  readonly name: string;
  readonly sha256: string;
  readonly trainExamples: Count;
  readonly validationExamples: Count;
}

/** Rank of the layers that a pattern matches. */
export interface RankPattern {
  /** Regular expression for a layer's whole path, or for what follows a dot in it, as in PEFT's `rank_pattern`. */
  readonly pattern: string;
  readonly rank: Count;
}

/** Alpha of the layers that a pattern matches. */
export interface AlphaPattern {
  /** Regular expression, as in {@link RankPattern}. */
  readonly pattern: string;
  readonly alpha: NonNegative;
}

/** LoRA settings of a trial's adapter. */
export interface LoraSpec extends KindMembers {
  /** Inner size of A and B; 0 trains the head alone. */
  readonly rank: Count;
  readonly alpha: NonNegative;
  readonly scalingRule: ScalingRule;
  /** Dropout: probability that an element in the adapter's input is zeroed while training. */
  readonly dropout: Share;
  /** Last parts of module paths, for example `q_proj`, sorted. */
  readonly targetModules: readonly string[];
  /** Ranks of single layers; the first pattern that matches wins. Absent if no layer has its own; never empty. */
  readonly rankPattern?: readonly RankPattern[];
  /** Alphas of single layers; the first pattern that matches wins. Absent if no layer has its own; never empty. */
  readonly alphaPattern?: readonly AlphaPattern[];
}

/** Optimiser settings, all of which change the result. */
export interface OptimizerSpec {
  readonly name: "adamw";
  readonly learningRate: NonNegative;
  /** LoRA+: learning rate factor for B and trained vectors (biases, magnitudes). Absent means 1 (not written). */
  readonly loraPlusRatio?: NonNegative;
  readonly beta1: Share;
  readonly beta2: Share;
  readonly epsilon: NonNegative;
  readonly weightDecay: NonNegative;
  /** Largest global L2 norm of the gradient; 0 does not clip. */
  readonly maxGradientNorm: NonNegative;
  readonly schedule: "constant" | "linear" | "cosine";
  /** Warm-up share of all steps, 0 to 1. */
  readonly warmupRatio: Share;
  readonly epochs: NonNegative;
  /** Examples per optimiser step. */
  readonly batchSize: Count;
  /** Examples per pass through the model; divides `batchSize`. */
  readonly microBatchSize: Count;
}

/** Settings for the answers that a trial generates to evaluation prompts, by the most probable token each time. */
export interface AnswersSpec {
  /**
   * Judging metric, by name in `@lorank/judge`; the values become an evaluation's `correct`. A judge in a file has the
   * file's name without a folder.
   */
  readonly metric: string;
  /** SHA-256 over the judge's file. Absent for a built-in metric. */
  readonly sha256?: string;
  /** Most tokens per answer. */
  readonly maxNewTokens: Count;
}

/** Everything that determines an engine trial's result. */
export interface EngineSpec extends EngineObservations {
  readonly specVersion: 1;
  readonly base: BaseWeights;
  readonly data: DatasetRef;
  readonly task: Task;
  readonly lora: LoraSpec;
  readonly optimizer: OptimizerSpec;
  /** Number format for matrix products in training and evaluation, else float32. Absent means float32 (not written). */
  readonly compute?: "float16" | "bfloat16";
  /** Answer settings. Absent if no answers are generated: an example is then as right as its tokens are predicted. */
  readonly answers?: AnswersSpec;
  /** Name of the arm that the trial belongs to; absent if ranks are compared. */
  readonly arm?: string;
  /** Seed that paired runs share: equal seeds mean equal data order and equal initial rows in A. */
  readonly seed: Seed;
}

/** Another trainer: a program that trains, evaluates and writes results. */
export interface CommandTrainer {
  /** Program and arguments, with placeholders such as `{rank}` for values that differ between trials. */
  readonly command: readonly string[];
  /** Evaluation command for an adapter. Absent if the trainer cannot evaluate a saved adapter. */
  readonly evaluate?: readonly string[];
  /** Exit codes by which `command` reports a result without an evaluation, not a failure. */
  readonly exitCodes?: { readonly diverged?: Count; readonly outOfMemory?: Count };
  /** Files that the commands name, relative to the folder they run in; so a changed script is another trainer. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
}

/** LoRA settings for another trainer, which decides absent members. */
export type CommandLora = Pick<LoraSpec, "rank"> & Partial<Omit<LoraSpec, "rank" | "dropout">>;

/** Everything known that determines another trainer's result. */
export interface CommandSpec extends Observations {
  readonly specVersion: 1;
  readonly trainer: CommandTrainer;
  /** LoRA settings; the trainer decides absent members. */
  readonly lora: CommandLora;
  readonly optimizer: Partial<Pick<OptimizerSpec, "learningRate" | "epochs">>;
  /** Name of the arm, as in {@link EngineSpec}. */
  readonly arm?: string;
  /** Settings of the arm that the trainer alone understands, by name. */
  readonly values?: Readonly<Record<string, string>>;
  /** Seed that paired runs share, as in {@link EngineSpec}. */
  readonly seed: Seed;
}

/**
 * Everything that determines a trial's result: no paths, threads, times. `trialId` is the SHA-256 over its canonical
 * JSON.
 */
export type TrialSpec = EngineSpec | CommandSpec;

/** Spec members from any trainer. Another trainer's command decides absent members; no `trainer` is this engine. */
export interface SpecMembers
  extends Partial<Omit<EngineSpec, "lora" | "optimizer" | "seed">>,
    Partial<Pick<CommandSpec, "trainer" | "values">> {
  readonly lora: Pick<LoraSpec, "rank"> & Partial<LoraSpec>;
  readonly optimizer: Partial<OptimizerSpec>;
  readonly seed: Seed;
}
