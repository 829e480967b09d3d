import { InputError } from "@lorank/core";
import {
  assumedDisagreements,
  assumedNoise,
  type DesignPreview,
  type ObservedNoise,
  observedNoise,
  type PairNoise,
  previewDesign,
} from "@lorank/core/decide";
import { type MethodName, type MetricName, metrics } from "@lorank/core/results";
import type { ValidationLimit } from "@lorank/train/data";
import type { ReadySweep } from "../sweep/ready-sweep.ts";
import type { Runs } from "./read-runs.ts";
import type { PlanRequest } from "./settings.ts";

/** Ranks to compare, with how many outcomes, for which claim. */
export interface Design {
  /** Ascending. */
  readonly ranks: readonly number[];
  readonly seeds: number;
  readonly examples: number;
  /** How many examples the data can give; undefined for another trainer. */
  readonly limit?: ValidationLimit;
  readonly metric: MetricName;
  readonly margin: number;
  readonly confidence: number;
  readonly power: number;
  /** Every outcome is right or wrong. */
  readonly binary: boolean;
  /** Method of the sweep, where it is not a grid. */
  readonly method?: MethodName;
}

/** A noise of differences between ranks, and what the design can show under it. */
export interface NoiseCase {
  /** `one-seed`: the disagreement is observed, its split into seeds and examples assumed. */
  readonly source: "assumed" | "one-seed" | "observed";
  /** Share of examples on which two ranks disagree under one seed; of outcomes that are right or wrong. */
  readonly disagreement: number | undefined;
  readonly noise: PairNoise;
  readonly preview: DesignPreview;
  /** What certifies the margin with examples that can be had: as the preview's needs, undefined where nothing does. */
  readonly within: Pick<DesignPreview["needs"], "examples" | "design">;
}

/**
 * The design of a sweep; undefined where nobody knows yet on how many examples a command evaluates. Throws as
 * {@link assertRanks}.
 */
export function designOf(
  { plan, data }: ReadySweep,
  { settings, power }: PlanRequest,
  runs: Runs | undefined,
): Design | undefined {
  const { ranks, seeds, method, metric, margin, confidence } = plan.summary;
  assertRanks(ranks);
  const examples = data?.validationExamples ?? settings.examples ?? runs?.outcomes.examples;
  if (examples === undefined) return undefined;
  return {
    ...(method === undefined ? {} : { method }),
    ranks,
    seeds: seeds.length,
    examples,
    ...(data === undefined ? {} : { limit: data.validationLimit }),
    ...{ metric, margin, confidence, power },
    binary: data === undefined || data.task.kind === "classification",
  };
}

/** Throws InputError `E_PLAN` for a single rank. */
export function assertRanks(ranks: readonly number[]): void {
  if (ranks.length > 1) return;
  throw new InputError("E_PLAN", `ranks must be two or more to be compared, got ${ranks.join(",")}`);
}

/**
 * What the design can show: under the noise that runs had, or else under three assumed ones. Empty where nothing can be
 * said before a run: of log loss, and of shares of tokens, no usual size is known.
 *
 * @throws InputError `E_PLAN` when the runs cannot be compared.
 */
export function noiseCases(design: Design, runs: Runs | undefined): NoiseCase[] {
  const options = { ...design, ranks: design.ranks.length };
  const previews = (noise: PairNoise): Pick<NoiseCase, "noise" | "preview" | "within"> => {
    const preview = previewDesign({ ...options, noise });
    const largest = design.limit?.examples ?? Number.POSITIVE_INFINITY;
    const { examples, design: fewest } = preview.needs;
    if (fewest === undefined || fewest.examples <= largest) {
      return {
        noise,
        preview,
        within: {
          examples: examples !== undefined && examples <= largest ? examples : undefined,
          design: fewest,
        },
      };
    }
    const { seeds } = previewDesign({ ...options, noise, examples: largest }).needs;
    const all = seeds === undefined ? undefined : { examples: largest, seeds };
    return { noise, preview, within: { examples: undefined, design: all } };
  };
  if (runs !== undefined) {
    const noise: ObservedNoise = observedNoise(runs.outcomes, design.metric);
    const source = noise.seeds === 1 ? "one-seed" : "observed";
    return [{ source, disagreement: noise.disagreement, ...previews(noise) }];
  }
  if (!metrics[design.metric].isBinary || !design.binary) return [];
  return assumedDisagreements.map((disagreement) => {
    const noise = assumedNoise(disagreement);
    return { source: "assumed", disagreement, ...previews(noise) };
  });
}
