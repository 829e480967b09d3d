import {
  adapterKinds,
  canonicalJson,
  type EngineSpec,
  type KindChoice,
  kindOf,
  type LoraSpec,
  type TrialSpec,
} from "@lorank/core/results";
import { sha256Hex } from "./sha256.ts";

/**
 * The rule by which alpha follows the rank. `fixed` keeps the size of the update the same at every rank, so a sweep
 * compares ranks. `equal-to-rank` is the common convention. At one learning rate it makes the update grow with the
 * rank, so a sweep compares rank and step size together.
 */
export type AlphaRule =
  | { readonly kind: "fixed"; readonly alpha: number }
  | { readonly kind: "equal-to-rank" };

/** A {@link LoraSpec} of any rank. */
export interface LoraRule extends Omit<LoraSpec, "rank" | "alpha"> {
  readonly alpha: AlphaRule;
}

/** A {@link EngineSpec} of any rank and seed. */
export interface TrainingConfig
  extends Pick<EngineSpec, "base" | "data" | "task" | "optimizer" | "compute" | "answers"> {
  readonly lora: LoraRule;
}

/** The trial of one rank and seed. */
export function trialSpec(config: TrainingConfig, rank: number, seed: number): EngineSpec {
  const { base, data, task, lora, optimizer, compute, answers } = config;
  const loraSpec: LoraSpec = {
    rank,
    alpha: lora.alpha.kind === "fixed" ? lora.alpha.alpha : rank,
    scalingRule: lora.scalingRule,
    dropout: lora.dropout,
    ...kindOf(lora).members,
    targetModules: lora.targetModules,
  };
  const shared = { specVersion: 1, base, data, task, lora: loraSpec, optimizer } as const;
  return { ...shared, ...(compute === undefined ? {} : { compute }), ...(answers ? { answers } : {}), seed };
}

/** The name of a trial: the SHA-256 (64 hex digits) of its spec's canonical JSON, so key order does not matter. */
export function trialId(spec: TrialSpec): string {
  return sha256Hex(canonicalJson(spec));
}

/** Notes a rule that does not hold. */
export type Must = (holds: boolean, field: string, rule: string, value: unknown) => void;

/** Every rule that `check` finds broken, as `<field> must be <rule>, got <value>`; empty when all is sound. */
export function brokenRules(check: (must: Must) => void): string[] {
  const problems: string[] = [];
  check((holds, field, rule, value) => {
    if (!holds) problems.push(`${field} must be ${rule}, got ${show(value)}`);
  });
  return problems;
}

/** Checks the rules of every training, of any base and data. */
export function checkTraining(
  { lora, optimizer, compute }: Pick<TrainingConfig, "lora" | "optimizer" | "compute">,
  must: Must,
): void {
  if (lora.alpha.kind === "fixed")
    must(lora.alpha.alpha > 0, "lora.alpha", "a positive number", lora.alpha.alpha);
  must(lora.dropout >= 0 && lora.dropout < 1, "lora.dropout", "at least 0 and less than 1", lora.dropout);
  must(
    lora.targetModules.length > 0 && isDistinct(lora.targetModules),
    "lora.targetModules",
    "one or more different names",
    lora.targetModules,
  );
  for (const key of Object.keys(adapterKinds) as (keyof KindChoice)[]) {
    const choice: unknown = lora[key];
    must(choice === undefined || typeof choice === "boolean", `lora.${key}`, "true, or absent", choice);
  }
  must(optimizer.learningRate > 0, "optimizer.learningRate", "a positive number", optimizer.learningRate);
  // Below 1, B would learn more slowly than A: the opposite of what LoRA+ is.
  must(
    (optimizer.loraPlusRatio ?? 1) >= 1 && Number.isFinite(optimizer.loraPlusRatio ?? 1),
    "optimizer.loraPlusRatio",
    "at least 1",
    optimizer.loraPlusRatio,
  );
  must(optimizer.epochs > 0, "optimizer.epochs", "a positive number", optimizer.epochs);
  must(isCount(optimizer.batchSize), "optimizer.batchSize", "a positive integer", optimizer.batchSize);
  must(
    isCount(optimizer.microBatchSize) && optimizer.batchSize % optimizer.microBatchSize === 0,
    "optimizer.microBatchSize",
    `a divisor of optimizer.batchSize (${optimizer.batchSize})`,
    optimizer.microBatchSize,
  );
  const known: unknown = compute;
  must(
    known === undefined || known === "float16" || known === "bfloat16",
    "compute",
    "float16 or bfloat16, or absent for float32",
    known,
  );
}

/** True if `value` is a positive integer. */
export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}

/** True if no value occurs twice. */
export function isDistinct(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length;
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  return Array.isArray(value) ? `[${value.join(", ")}]` : String(value);
}
