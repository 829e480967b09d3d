import type { KindMembers } from "./adapter-kinds.ts";
import type { Count, NonNegative, Seed, Share } from "./scalar-types.ts";

/** How alpha and rank become the factor on B·A: alpha / rank, or alpha / √rank. */
export type ScalingRule = "lora" | "rslora";

/** What a trial optimises and how its examples are labelled. */
export type Task =
  | { readonly kind: "classification"; readonly labels: readonly string[] }
  | { readonly kind: "causal-lm" };

/** How the linear layers of a base's blocks are kept in 4 bits; embeddings, head and norms stay as they are. */
export interface BaseQuantization {
  readonly format: "nf4" | "fp4";
  /** Weights that share one absmax. */
  readonly blockSize: 32 | 64 | 128 | 256 | 512 | 1024 | 2048 | 4096;
  /** The absmax are quantised too. Absent means no; false is not written. */
  readonly doubleQuant?: true;
}

/**
 * Where the frozen base comes from: a checkpoint, or the same shapes drawn at random from `seed`. `quantization` is what
 * is done to it on loading; absent for a base that is taken as it is, be it in 4 bits already.
 */
export type BaseWeights = { readonly quantization?: BaseQuantization } & (
  | { readonly kind: "pretrained"; readonly name: string; readonly sha256: string }
  | { readonly kind: "random"; readonly name: string; readonly configSha256: string; readonly seed: Seed }
);

/** The tokenised examples that a trial reads; `sha256` is of the dataset file's bytes. */
export interface DatasetRef {
  readonly name: string;
  readonly sha256: string;
  readonly trainExamples: Count;
  readonly validationExamples: Count;
}

/** The LoRA adapter of one trial. */
export interface LoraSpec extends KindMembers {
  /** Inner size of A and B; 0 trains the head alone. */
  readonly rank: Count;
  readonly alpha: NonNegative;
  readonly scalingRule: ScalingRule;
  /** Probability that an element of the adapter's input is zeroed while training. */
  readonly dropout: Share;
  /** Last parts of module paths, for example `q_proj`, sorted. */
  readonly targetModules: readonly string[];
}

/** Everything about optimisation that changes the numbers. */
export interface OptimizerSpec {
  readonly name: "adamw";
  readonly learningRate: NonNegative;
  /**
   * LoRA+: how many times the learning rate B learns with, and what is trained as a vector (biases, magnitudes). Absent
   * means 1; 1 is not written.
   */
  readonly loraPlusRatio?: NonNegative;
  readonly beta1: Share;
  readonly beta2: Share;
  readonly epsilon: NonNegative;
  readonly weightDecay: NonNegative;
  /** Largest global L2 norm of the gradient; 0 does not clip. */
  readonly maxGradientNorm: NonNegative;
  readonly schedule: "constant" | "linear" | "cosine";
  /** Share of all steps spent warming up, 0 to 1. */
  readonly warmupRatio: Share;
  readonly epochs: NonNegative;
  /** Examples in one optimiser step. */
  readonly batchSize: Count;
  /** Examples in one pass through the model; divides `batchSize`. */
  readonly microBatchSize: Count;
}

/** What determines the result of a trial of this engine. */
export interface EngineSpec {
  readonly specVersion: 1;
  readonly base: BaseWeights;
  readonly data: DatasetRef;
  readonly task: Task;
  readonly lora: LoraSpec;
  readonly optimizer: OptimizerSpec;
  /**
   * What matrix products are computed in while training and evaluating; all else is float32. Absent means float32, which
   * is not written, so that a spec without it keeps its `trialId`.
   */
  readonly compute?: "float16" | "bfloat16";
  /** Names the paired runs: the same seed means the same data order and the same initial rows of A. */
  readonly seed: Seed;
}

/** A program that trains, evaluates and writes what came of it. */
export interface CommandTrainer {
  /** The program and its arguments, with placeholders such as `{rank}` for what differs between trials. */
  readonly command: readonly string[];
  /** Evaluates an adapter in the same way. Absent where the trainer cannot. */
  readonly evaluate?: readonly string[];
  /** Exit codes that are results, and no failures. */
  readonly exitCodes?: { readonly diverged?: Count; readonly outOfMemory?: Count };
  /** The files that the commands name, relative to the folder that they run in; so a changed script is another trainer. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
}

/** What determines the result of a trial that another trainer runs, as far as it is told. */
export interface CommandSpec {
  readonly specVersion: 1;
  readonly trainer: CommandTrainer;
  /** Absent members are the trainer's own affair. */
  readonly lora: Pick<LoraSpec, "rank"> & Partial<Pick<LoraSpec, "alpha" | "scalingRule">>;
  readonly optimizer: Partial<Pick<OptimizerSpec, "learningRate" | "epochs">>;
  /** Names the paired runs, as in {@link EngineSpec}. */
  readonly seed: Seed;
}

/**
 * What determines a trial's result, and nothing else: no paths of machines, no thread counts, no times.
 * `trialId` is the SHA-256 of its canonical JSON.
 */
export type TrialSpec = EngineSpec | CommandSpec;

/**
 * A trial's spec, whoever trains it, by its members: what is absent is the affair of another trainer's command, and no
 * `trainer` is this engine.
 */
export interface SpecMembers
  extends Partial<Omit<EngineSpec, "lora" | "optimizer" | "seed">>,
    Partial<Pick<CommandSpec, "trainer">> {
  readonly lora: Pick<LoraSpec, "rank"> & Partial<LoraSpec>;
  readonly optimizer: Partial<OptimizerSpec>;
  readonly seed: Seed;
}
