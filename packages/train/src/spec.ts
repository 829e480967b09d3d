import { sha256Hex } from "@lorank/checkpoint/sha256";
import { adapterKinds, InputError, type KindChoice, withMembers } from "@lorank/core";
import {
  canonicalJson,
  type EngineObservations,
  type EngineSpec,
  type LoraSpec,
  type Observations,
  observationsOf,
  type TrialSpec,
} from "@lorank/evidence/schema";
import type { Must } from "./must.ts";
import { checkPoints, type PointRules } from "./point-rules.ts";

export type { Must } from "./must.ts";
export { pointsInterval } from "./point-rules.ts";

/**
 * Alpha's rule across ranks: one alpha for all (`fixed`), or alpha = rank (`equal-to-rank`, the common convention).
 * Under alpha / rank scaling, `fixed` keeps the update's size equal at every rank; under rsLoRA it grows with √rank.
 * `equal-to-rank` makes the update grow with the rank, so a sweep compares rank and step size together. A layer with a
 * rank of its own has that as its alpha, unless `alphaPattern` gives another.
 */
export type AlphaRule =
  | { readonly kind: "fixed"; readonly alpha: number }
  | { readonly kind: "equal-to-rank" };

export function alphaRule(alpha: number | "rank"): AlphaRule {
  return alpha === "rank" ? { kind: "equal-to-rank" } : { kind: "fixed", alpha };
}

/** Ranks and alphas of single layers by pattern, as PEFT's `rank_pattern` and `alpha_pattern`. */
export interface PatternMappings {
  readonly rankPattern?: Readonly<Record<string, number>> | undefined;
  readonly alphaPattern?: Readonly<Record<string, number>> | undefined;
}

/**
 * Mappings as lists, undefined where absent, in their order, which JavaScript loses for keys that are whole numbers.
 * @param nameOf names a mapping in messages. (default: as it is)
 * @throws InputError `E_CONFIG` for a pattern of digits alone.
 */
export function patternLists(
  { rankPattern, alphaPattern }: PatternMappings,
  nameOf: (name: keyof PatternMappings) => string = (name) => name,
): { readonly [Key in "rankPattern" | "alphaPattern"]: LoraSpec[Key] | undefined } {
  const entriesOf = (mapping: Readonly<Record<string, number>>, name: keyof PatternMappings) => {
    const wrong = Object.keys(mapping).find((pattern) => /^\d+$/.test(pattern));
    if (wrong === undefined) return Object.entries(mapping);
    const rule = "must have patterns that are more than digits";
    throw new InputError("E_CONFIG", `${nameOf(name)} ${rule}, got ${wrong}`);
  };
  return {
    rankPattern:
      rankPattern && entriesOf(rankPattern, "rankPattern").map(([pattern, rank]) => ({ pattern, rank })),
    alphaPattern:
      alphaPattern && entriesOf(alphaPattern, "alphaPattern").map(([pattern, alpha]) => ({ pattern, alpha })),
  };
}

/** Adapter settings shared by all ranks: a {@link LoraSpec} without rank. */
export interface LoraSettings extends Omit<LoraSpec, "rank" | "alpha"> {
  readonly alpha: AlphaRule;
}

/** Trial config shared by all ranks and seeds: {@link EngineSpec} without both. */
export interface TrainingConfig
  extends Pick<EngineSpec, "base" | "data" | "task" | "optimizer" | "compute" | "answers">,
    Observations {
  readonly lora: LoraSettings;
}

export function trialSpec(config: TrainingConfig, rank: number, seed: number): EngineSpec {
  const { base, data, task, optimizer, compute, answers } = config;
  const { alpha, ...settings } = normalisedLora(config.lora);
  const lora: LoraSpec =
    alpha.kind === "fixed"
      ? { ...settings, rank, alpha: alpha.alpha }
      : { ...settings, rank, alpha: rank, ...alphasOfRanks(settings) };
  const trained = withMembers<Omit<EngineSpec, "arm" | "seed" | keyof EngineObservations>>({
    specVersion: 1,
    base,
    data,
    task,
    lora,
    optimizer,
    compute,
    answers,
  });
  return { ...trained, ...observationsOf(config), seed };
}

/** Alphas of the layers with ranks of their own, where alpha equals the rank. */
function alphasOfRanks({
  rankPattern = [],
  alphaPattern = [],
}: Pick<LoraSpec, "rankPattern" | "alphaPattern">): Pick<LoraSpec, "alphaPattern"> {
  if (rankPattern.length === 0) return {};
  const ofRanks = rankPattern.map(({ pattern, rank }) => ({ pattern, alpha: rank }));
  return { alphaPattern: [...alphaPattern, ...ofRanks] };
}

/** Canonical settings, so that equal trials have equal ids. Patterns keep their order: the first match wins. */
export function normalisedLora(lora: LoraSettings): LoraSettings {
  const { rankPattern, alphaPattern, targetModules } = lora;
  const settings = {
    ...lora,
    targetModules: targetModules.toSorted(),
    rankPattern: rankPattern?.length ? rankPattern : undefined,
    alphaPattern: alphaPattern?.length ? alphaPattern : undefined,
  };
  const isOn = ([, value]: [string, unknown]): boolean => value !== undefined && value !== false;
  return Object.fromEntries(Object.entries(settings).filter(isOn)) as unknown as LoraSettings;
}

/** Ids of specs, none of which ever changes: a sweep asks for the id of each again and again. */
const knownIds = new WeakMap<TrialSpec, string>();

/** Trial id: SHA-256 (64 hex digits) of the spec's canonical JSON. */
export function trialId(spec: TrialSpec): string {
  const known = knownIds.get(spec) ?? sha256Hex(canonicalJson(spec));
  knownIds.set(spec, known);
  return known;
}

interface TrainingRules extends Partial<Pick<TrainingConfig, "lora" | "optimizer" | "compute">>, PointRules {
  readonly checkpointEvery?: "off" | { readonly seconds: number } | { readonly steps: number };
}

/** Rules broken in `check` and then in training `settings`, each as `<field> must be <rule>, got <value>`. */
export function brokenRules(check: (must: Must) => void, settings: TrainingRules = {}): string[] {
  const problems: string[] = [];
  const must: Must = (holds, field, rule, value) => {
    if (!holds) problems.push(`${field} must be ${rule}, got ${show(value)}`);
  };
  must.count = (field, value) =>
    must(Number.isSafeInteger(value) && value > 0, field, "a positive integer", value);
  check(must);
  const { lora, optimizer, compute, checkpointEvery } = settings;
  if (checkpointEvery !== undefined) checkInterval(checkpointEvery, must);
  if (lora !== undefined) checkAdapter(lora, must);
  if (optimizer !== undefined) checkOptimizer(optimizer, must);
  checkPoints(settings, must);
  const known: unknown = compute;
  must(
    known === undefined || known === "float16" || known === "bfloat16",
    "compute",
    "float16 or bfloat16, or absent for float32",
    known,
  );
  return problems;
}

function checkInterval(every: NonNullable<TrainingRules["checkpointEvery"]>, must: Must): void {
  const isInterval =
    every === "off" ||
    ("seconds" in every
      ? Number.isFinite(every.seconds) && every.seconds > 0
      : Number.isSafeInteger(every.steps) && every.steps > 0);
  must(isInterval, "checkpointEvery", "off, seconds above 0 or a count of steps", JSON.stringify(every));
}

function checkAdapter(lora: LoraSettings, must: Must): void {
  const { alpha, dropout, targetModules, rankPattern = [], alphaPattern = [] } = lora;
  if (alpha.kind === "fixed") must(alpha.alpha > 0, "lora.alpha", "a positive number", alpha.alpha);
  must(dropout >= 0 && dropout < 1, "lora.dropout", "at least 0 and less than 1", dropout);
  must(
    targetModules.length > 0 && new Set(targetModules).size === targetModules.length,
    "lora.targetModules",
    "one or more different names",
    targetModules,
  );
  checkPatterns("lora.rankPattern", rankPattern, must);
  for (const { pattern, rank } of rankPattern) must.count(`lora.rankPattern of ${pattern}`, rank);
  checkPatterns("lora.alphaPattern", alphaPattern, must);
  for (const { pattern, alpha } of alphaPattern)
    must(alpha > 0 && Number.isFinite(alpha), `lora.alphaPattern of ${pattern}`, "a positive number", alpha);
  for (const key of Object.keys(adapterKinds) as (keyof KindChoice)[]) {
    const choice: unknown = lora[key];
    must(choice === undefined || typeof choice === "boolean", `lora.${key}`, "true, or absent", choice);
  }
}

function checkPatterns(field: string, list: readonly { readonly pattern: string }[], must: Must): void {
  const patterns = list.map(({ pattern }) => pattern);
  const areFit = new Set(patterns).size === patterns.length && !patterns.includes("");
  must(areFit, field, "a list of different patterns, none of them empty", patterns);
}

function checkOptimizer(optimizer: TrainingConfig["optimizer"], must: Must): void {
  const { learningRate, loraPlusRatio = 1, epochs, batchSize, microBatchSize } = optimizer;
  must(learningRate > 0, "optimizer.learningRate", "a positive number", learningRate);
  // Below 1, B would learn more slowly than A: the opposite of LoRA+.
  must(
    loraPlusRatio >= 1 && Number.isFinite(loraPlusRatio),
    "optimizer.loraPlusRatio",
    "at least 1",
    loraPlusRatio,
  );
  must(epochs > 0, "optimizer.epochs", "a positive number", epochs);
  must.count("optimizer.batchSize", batchSize);
  must(
    Number.isSafeInteger(microBatchSize) && microBatchSize > 0 && batchSize % microBatchSize === 0,
    "optimizer.microBatchSize",
    `a divisor of optimizer.batchSize (${batchSize})`,
    microBatchSize,
  );
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  return Array.isArray(value) ? `[${value.join(", ")}]` : String(value);
}
