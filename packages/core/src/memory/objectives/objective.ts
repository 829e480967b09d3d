import { InputError } from "../../errors.ts";
import type { ModelShape } from "../../model/shape.ts";
import { generatorNames, objectiveNames, referenceNames } from "../names.ts";

export type ObjectiveName = (typeof objectiveNames)[number];

/**
 * Origin of reference log-probabilities. `adapters-off`: the same model, its adapters switched off. `model`: a second
 * model. `precomputed`: a pass before training. `none`: the loss needs no reference.
 */
export type ReferenceName = (typeof referenceNames)[number];

/**
 * Writer of GRPO's completions. `transformers`: the trained model. `vllm`: vLLM on the same card, `vllm-asleep` with its
 * memory freed while the model trains. `server`: another card.
 */
export type GeneratorName = (typeof generatorNames)[number];

/** Training objective with what it needs beside the trained model. */
export interface Objective {
  readonly name: ObjectiveName;
  /** Default: `adapters-off` for DPO and KTO of an adapter, `model` for those of all weights, else `none`. */
  readonly reference?: ReferenceName | undefined;
  /** Tokens of a sequence that are scored, or generated (default, and at most: all). */
  readonly completion?: number | undefined;
  /** Default: `transformers` for GRPO. */
  readonly generator?: GeneratorName | undefined;
  /** Completions that a card generates at once (default: the micro-batch). */
  readonly generations?: number | undefined;
  /** Bytes that vLLM reserves on the card (default 0). */
  readonly engineBytes?: number | undefined;
}

export type ObjectiveInUse = { readonly [Field in keyof Objective]-?: NonNullable<Objective[Field]> } & {
  /** Sequences whose activations wait for the backward pass: pairs count twice. */
  readonly sequences: number;
  /** Sequences that run through a block together; query and passage run one after the other. */
  readonly sequencesAtOnce: number;
};

/**
 * Sequences per sample of the micro-batch. Source: trl 1.16; `DPOTrainer` and `RewardTrainer` join chosen and rejected
 * texts to one batch. `KTOTrainer` and `GRPOTrainer` count texts. Contrastive losses of sentence-transformers keep the
 * activations of query and passage.
 */
const sequencesPerSample: Readonly<Record<ObjectiveName, 1 | 2>> = {
  sft: 1,
  dpo: 2,
  kto: 1,
  orpo: 2,
  simpo: 2,
  reward: 2,
  grpo: 1,
  embedding: 2,
};

const withReference: readonly ObjectiveName[] = ["dpo", "kto", "grpo"];

/** Objectives whose losses need the probability of each token. */
const scoresTexts: readonly ObjectiveName[] = ["dpo", "kto", "orpo", "simpo", "grpo"];

/** Objectives in sentences. */
export const objectiveWords: Readonly<Record<ObjectiveName, string>> = {
  ...{ sft: "SFT", dpo: "DPO", kto: "KTO", orpo: "ORPO", simpo: "SimPO", grpo: "GRPO" },
  ...{ reward: "a reward model", embedding: "an embedding model" },
};

/** Tests if a sample is a pair of texts. */
export function isPaired(name: ObjectiveName): boolean {
  return sequencesPerSample[name] === 2;
}

interface ObjectiveContext {
  readonly shape: Pick<ModelShape, "head">;
  readonly objective?: Objective | undefined;
  readonly isAdapter: boolean;
  readonly microBatch: number;
  readonly seq: number;
}

/** Objective with its defaults. Throws E_CONFIG naming every field that breaks its rule. */
export function objectiveInUse({
  shape,
  objective = { name: "sft" },
  isAdapter,
  microBatch,
  seq,
}: ObjectiveContext): ObjectiveInUse {
  const { name } = objective;
  const otherwise = name !== "dpo" && name !== "kto" ? "none" : isAdapter ? "adapters-off" : "model";
  const inUse: ObjectiveInUse = {
    name,
    reference: objective.reference ?? otherwise,
    completion: Math.min(objective.completion ?? seq, seq),
    generator: objective.generator ?? "transformers",
    generations: objective.generations ?? microBatch,
    engineBytes: objective.engineBytes ?? 0,
    sequences: microBatch * sequencesPerSample[name],
    sequencesAtOnce: microBatch * (name === "embedding" ? 1 : sequencesPerSample[name]),
  };
  const problems = problemsOf(inUse, objective, isAdapter);
  if (shape.head.kind !== "causal-lm" && scoresTexts.includes(name))
    problems.push(
      `objective must be sft, reward or embedding for a model without a language-model head, got ${name}`,
    );
  if (problems.length > 0) throw new InputError("E_CONFIG", problems.join("\n"));
  return inUse;
}

function problemsOf(
  { name, reference, completion, generator, generations, engineBytes }: ObjectiveInUse,
  stated: Objective,
  isAdapter: boolean,
): string[] {
  const problems: string[] = [];
  const oneOf = (field: string, value: string, names: readonly string[]): void => {
    if (!names.includes(value))
      problems.push(`${field} must be one of ${names.join(", ")}, got ${JSON.stringify(value)}`);
  };
  oneOf("objective", name, objectiveNames);
  oneOf("reference", reference, referenceNames);
  oneOf("generator", generator, generatorNames);
  if (problems.length > 0) return problems;
  if (reference !== "none" && !withReference.includes(name))
    problems.push(`reference must be left out for ${name}, whose loss has none, got ${reference}`);
  if (reference === "none" && (name === "dpo" || name === "kto"))
    problems.push(`reference must be adapters-off, model or precomputed for ${name}, got none`);
  if (reference === "precomputed" && name === "grpo")
    problems.push("reference must be none, adapters-off or model for grpo, got precomputed");
  if (reference === "adapters-off" && !isAdapter)
    problems.push("reference must be model or precomputed where all weights are trained, got adapters-off");
  if (!(Number.isSafeInteger(completion) && completion > 0))
    problems.push(`completion must be a positive integer, got ${completion}`);
  if (!(Number.isSafeInteger(generations) && generations > 0))
    problems.push(`generations must be a positive integer, got ${generations}`);
  if (!(engineBytes >= 0)) problems.push(`engineBytes must be at least 0, got ${engineBytes}`);
  for (const field of ["generator", "generations", "engineBytes"] as const)
    if (name !== "grpo" && stated[field] !== undefined)
      problems.push(`${field} must be left out for ${name}, which generates no texts, got ${stated[field]}`);
  return problems;
}

/** Bytes of last hidden states that stay while blocks run backward: those of query and passage are pooled together. */
export function pooledStates({ name }: ObjectiveInUse, bytes: number): number {
  return name === "embedding" ? bytes : 0;
}

const referenceWords: Readonly<Record<ReferenceName, string>> = {
  none: "no reference model",
  "adapters-off": "the reference is the model with its adapters switched off",
  model: "a second model is the reference, in the base's format",
  precomputed: "reference log-probabilities were computed before",
};

const generatorWords: Readonly<Record<GeneratorName, string>> = {
  transformers: "the model generates",
  vllm: "vLLM on the same card generates",
  "vllm-asleep": "vLLM on the same card generates, and frees its memory while the model trains",
  server: "vLLM elsewhere generates",
};

export function objectiveAssumptions({
  name,
  reference,
  sequences,
  completion,
  generator,
  generations,
}: ObjectiveInUse): string[] {
  if (name === "sft") return [];
  const passes = sequencesPerSample[name] === 2 ? `${sequences} sequences are ${sequences / 2} pairs` : "";
  const written =
    name === "grpo"
      ? `${generatorWords[generator]} ${generations} completions of ${completion} tokens at once`
      : "";
  const facts = [passes, referenceWords[reference], written].filter((words) => words !== "");
  return [`Objective ${name}: ${facts.join("; ")}.`];
}
