import { type ModelShape, modelShapeFromConfig, selectTargets } from "@lorank/core";
import { baseFormat, memoryDefaults as d, type StaticBytes, staticBytes } from "@lorank/core/memory";
import type { BaseQuantization } from "@lorank/core/results";
import type { MemoryPrediction } from "@lorank/train";
import { defaults } from "../defaults.ts";
import { flagOf } from "../settings/flag-names.ts";
import { quantizationNamed } from "../settings/quantization.ts";
import { throwIfAny } from "../settings/read.ts";
import { type ChoiceName, engineProfile, type TypedChoices } from "./choices.ts";

export interface EngineRow {
  readonly fixed: StaticBytes;
  readonly prediction: MemoryPrediction;
}

export interface EngineAnswer {
  readonly shape: ModelShape;
  readonly base: EngineBase;
  readonly targets: readonly string[] | "all-linear";
  readonly task: "classification" | "causal-lm";
  readonly labels: number | undefined;
  readonly microBatch: number;
  readonly seq: number;
  readonly dropout: number;
  readonly rows: readonly EngineRow[];
}

/** Choices that this engine does not have, or that do not change its memory. */
const foreign: readonly ChoiceName[] = [
  "method",
  "gpu",
  "loss",
  "attention",
  "checkpointing",
  "optimizer",
  "adapterDtype",
  "kbitPrepare",
  "bnbVersion",
  "packing",
];
const bases = ["fp32", "nf4", "nf4-dq"] as const;
type EngineBase = (typeof bases)[number];

/** Fields that the engine asks for and no shape depends on, for built-in models, whose configs leave them out. */
const unshaping = {
  rms_norm_eps: 1e-6,
  layer_norm_eps: 1e-12,
  layer_norm_epsilon: 1e-5,
  query_pre_attn_scalar: 256,
  pad_token_id: 1,
};

/** Error of 17 configurations at most, in per cent: a trial of the demo's. Source: docs/checked/memory-accuracy-engine.md */
export const LARGEST_ERROR = 11;

/**
 * Predicts the memory of `lorank train` and of a sweep's trials on the CPU, rank by rank.
 *
 * @throws InputError E_CONFIG with every flag that does not belong here, and what the engine's own reading of the
 *   model throws.
 */
export async function engineAnswer(
  modelConfig: unknown,
  typed: TypedChoices,
  {
    maxPositions,
    builtIn = false,
  }: { readonly maxPositions: number | undefined; readonly builtIn: boolean | undefined },
): Promise<EngineAnswer> {
  const problems: string[] = [];
  for (const name of foreign) {
    if (typed[name] !== undefined)
      problems.push(
        `${flagOf(name)} must be left out with --profile ${engineProfile}, got ${name === "gpu" ? typed.gpu?.text : typed[name]}`,
      );
  }
  const { base: requested = "fp32" } = typed;
  const base = bases.find((name) => name === requested) ?? "fp32";
  if (base !== requested)
    problems.push(`--base must be ${bases.join(" or ")} with --profile ${engineProfile}, got ${requested}`);
  throwIfAny(problems);
  const { ranks = d.ranks, targets = defaults.targets, microBatch = d.microBatch, dropout = 0 } = typed;
  const seq = typed.seq ?? Math.min(maxPositions ?? d.seq, d.seq);

  const config = { ...(builtIn ? unshaping : {}), ...(modelConfig as Readonly<Record<string, unknown>>) };
  // An encoder is trained to classify: two classes unless more are named.
  const encoder = modelShapeFromConfig(config).head.kind === "none";
  const labels = typed.labels ?? (encoder ? 2 : undefined);
  const shape = modelShapeFromConfig(
    config,
    labels === undefined ? {} : { head: { kind: "classification", labels } },
  );
  const selected = selectTargets(shape, targets);
  const { predictEngineMemory } = await import("@lorank/train");
  const quantization = quantizationOf(base);
  const rows: EngineRow[] = [];
  for (const rank of ranks) {
    const format = base === "fp32" ? baseFormat(base) : { ...baseFormat(base), otherDtype: "fp32" as const };
    const fixed = staticBytes({ shape, targets: selected, rank, base: format, adapterDtype: "fp32" });
    const prediction = await predictEngineMemory({
      ...{ config, rank, microBatch, seq, dropout },
      head: labels === undefined ? { kind: "causal-lm" } : { kind: "classification", labels },
      ...(quantization && { quantization }),
      ...(targets === "all-linear" ? {} : { targetModules: targets }),
    });
    rows.push({ fixed, prediction });
  }
  const task = labels === undefined ? "causal-lm" : "classification";
  return { shape, base, targets, task, labels, microBatch, seq, dropout, rows };
}

/** The band of a prediction: what its largest error leaves open. */
export function band({ allocatedBytes }: MemoryPrediction): readonly [lo: number, hi: number] {
  const share = LARGEST_ERROR / 100;
  return [Math.round(allocatedBytes / (1 + share)), Math.round(allocatedBytes / (1 - share))];
}

function quantizationOf(base: EngineBase): BaseQuantization | undefined {
  return base === "fp32" ? undefined : quantizationNamed(base);
}
