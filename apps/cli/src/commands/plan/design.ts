import { InputError } from "@lorank/core";
import {
  type DecideOptions,
  type DesignPreview,
  type OutcomeTable,
  type PairNoise,
  type PreviewRow,
  previewDesign,
} from "@lorank/evidence";
import {
  type ArmAxis,
  comparedIn,
  type Decision,
  isSettled,
  type MethodName,
  type MetricName,
  metricOf,
  type TrialResult,
} from "@lorank/evidence/results";
import type { ValidationLimit } from "@lorank/train/data";
import { defaults } from "../../defaults.ts";
import { throwIfAny } from "../../errors.ts";
import type { RawFlags } from "../../output.ts";
import { readRequest } from "../../settings/request.ts";
import { withUntil } from "../../settings/saved-settings.ts";
import type { SettingsOf } from "../../settings/table.ts";
import { preparationOf } from "../../sweep/prepare.ts";
import type { ReadySweep } from "../../sweep/ready-sweep.ts";

/** Assumed shares of examples on which two ranks disagree under one seed: few, some, many. */
const assumedDisagreements: readonly number[] = [0.02, 0.05, 0.1];

/** Experiment design to plan: ranks, seeds, examples, and the margin to reach. */
export interface Design {
  /** Ranks to compare, ascending; with `axis` the arms' numbers. */
  readonly ranks: readonly number[];
  /** Arms that are compared in place of ranks. */
  readonly axis?: ArmAxis;
  readonly seeds: number;
  readonly examples: number;
  /** Number of groups among the examples; absent if examples are independent. */
  readonly groups?: number;
  /** Largest number of examples that the data can give; undefined for another trainer. */
  readonly limit?: ValidationLimit;
  readonly metric: MetricName;
  readonly margin: number;
  readonly confidence: number;
  readonly power: number;
  /** Tells if every outcome is right or wrong. */
  readonly binary: boolean;
  /** Sweep's method; absent for a grid. */
  readonly method?: MethodName;
}

/** Noise in differences between ranks, and what a design can show under it. Unknown members are null. */
export interface NoiseCase {
  /** Origin of the noise. `one-seed`: disagreement is observed; how it splits into seeds and examples is assumed. */
  readonly source: "assumed" | "one-seed" | "observed";
  /** Share of examples on which two ranks disagree under one seed; null unless outcomes are right or wrong. */
  readonly disagreement: number | null;
  readonly variance: PairNoise["components"];
  readonly differing: number;
  /** Number of seeds from which noise was estimated; absent for assumed noise. */
  readonly observedSeeds?: number;
  readonly observedRanks?: readonly number[];
  readonly bySeeds: readonly (Omit<PreviewRow, "difference"> & { readonly detectableDifference: number })[];
  readonly needed: {
    readonly seedsWithTheseExamples: number | null;
    /** Lower estimate of the seeds needed, enough if the noise between seeds is small. */
    readonly leastSeedsWithTheseExamples: number | null;
    readonly examplesWithTheseSeeds: number | null;
    readonly fewestOutcomes: SeedsAndExamples | null;
    readonly fewestOutcomesOfThisData: SeedsAndExamples | null;
    readonly oneSeedExamples: number | null;
    readonly examplesOfThisDataWithTheseSeeds: number | null;
  };
  /** Mean group size in examples; groups are independent. */
  readonly groupSize?: number | undefined;
  /** Verdict on the observed runs, whose needs are in `needed`; present if these ranks and examples are planned. */
  readonly verdict?: { readonly kind: Decision["verdict"]; readonly isSettled: boolean };
}

interface SeedsAndExamples {
  readonly examples: number;
  readonly seeds: number;
}

/**
 * Makes a sweep's design; undefined if another trainer's number of examples is unknown. Throws as {@link assertRanks}.
 */
export function designOf(
  { plan, costs }: ReadySweep,
  { settings, power }: PlanRequest,
  runs: Runs | undefined,
): Design | undefined {
  const { ranks, axis, seeds, method, metric, margin, confidence } = plan.summary;
  assertRanks(plan.summary);
  const data = costs?.data;
  const examples = data?.validationExamples ?? settings.examples ?? runs?.outcomes.examples;
  if (examples === undefined) return undefined;
  const groupNumbers = "data" in plan ? plan.data.validationGroups : runs?.outcomes.cells[0]?.groups;
  const groups = groupNumbers && new Set(Array.from(groupNumbers)).size;
  return {
    ...(method === undefined ? {} : { method }),
    ranks,
    ...(axis === undefined ? {} : { axis }),
    seeds: seeds.length,
    examples,
    ...(data === undefined ? {} : { limit: data.validationLimit }),
    ...(groups === undefined ? {} : { groups }),
    ...{ metric, margin, confidence, power },
    binary: data === undefined || data.task.kind === "classification",
  };
}

/** Throws `E_PLAN` for a single rank or arm. */
export function assertRanks(planned: Pick<Design, "ranks" | "axis">): void {
  const { ranks } = planned;
  if (ranks.length > 1) return;
  const { many, cell } = comparedIn(planned);
  const got = ranks.map(cell).join(",");
  throw new InputError("E_PLAN", `${many} must be two or more to be compared, got ${got}`);
}

/**
 * Previews what the design can show under observed noise, or under three assumed levels. Empty for log loss and token
 * shares before a first run, whose noise is unknown.
 * @throws `E_PLAN` for incomparable runs.
 */
export function noiseCases(design: Design, runs: Runs | undefined): NoiseCase[] {
  const options = { ...design, ranks: design.ranks.length };
  const isAssumable = metricOf(design.metric).isBinary && design.binary;
  const from = runs === undefined ? (isAssumable ? assumedDisagreements : []) : [runs.outcomes];
  const largest = design.limit?.examples ?? Number.POSITIVE_INFINITY;
  return from.map((known): NoiseCase => {
    const { noise, rows, needs: plain } = previewDesign({ ...options, noise: known });
    const decision = decisionOf(design, runs);
    const needs = decision === undefined ? plain : needsOfVerdict(decision, plain);
    const { seeds, ranks } = noise;
    const isWithin = (needs.design?.examples ?? 0) <= largest;
    const ofAll = isWithin ? needs : previewDesign({ ...options, noise: known, examples: largest }).needs;
    const all = ofAll.seeds === undefined ? null : { examples: largest, seeds: ofAll.seeds };
    const examples = needs.examples ?? null;
    return {
      source: seeds === undefined ? "assumed" : seeds === 1 ? "one-seed" : "observed",
      disagreement: noise.disagreement ?? null,
      variance: noise.components,
      differing: noise.differing,
      ...(seeds && ranks ? { observedSeeds: seeds, observedRanks: ranks } : {}),
      bySeeds: rows.map(({ difference, ...row }) => ({ ...row, detectableDifference: difference })),
      needed: {
        seedsWithTheseExamples: needs.seeds ?? null,
        leastSeedsWithTheseExamples: needs.leastSeeds ?? null,
        examplesWithTheseSeeds: examples,
        fewestOutcomes: needs.design ?? null,
        fewestOutcomesOfThisData: isWithin ? (needs.design ?? null) : all,
        oneSeedExamples: needs.oneSeedExamples ?? null,
        examplesOfThisDataWithTheseSeeds:
          isWithin && examples !== null && examples <= largest ? examples : null,
      },
      groupSize: noise.groupSize,
      ...(decision && { verdict: { kind: decision.verdict, isSettled: isSettled(decision) } }),
    };
  });
}

function decisionOf(design: Design, runs: Runs | undefined): Decision | undefined {
  const { metric, margin, confidence, power } = design;
  const isSame =
    runs !== undefined &&
    runs.outcomes.examples === design.examples &&
    String(runs.outcomes.ranks.toSorted((a, b) => a - b)) === String(design.ranks);
  return isSame ? runs.decide({ metric, margin, confidence, power }) : undefined;
}

/** Seeds and examples needed by the verdict on observed runs; the present design if settled. */
function needsOfVerdict(decision: Decision, { leastSeeds: _, ...plain }: Needs): Needs {
  const { seeds, examples, needed } = decision;
  if (isSettled(decision)) return { ...plain, seeds, examples, design: { examples, seeds } };
  return {
    ...plain,
    seeds: needed?.onlySeeds,
    ...(needed?.leastSeeds === undefined ? {} : { leastSeeds: needed.leastSeeds }),
    design: needed && { examples: needed.examples, seeds: needed.seeds },
  };
}

type Needs = DesignPreview["needs"];

export interface Runs {
  readonly path: string;
  readonly outcomes: OutcomeTable;
  readonly trials: readonly TrialResult[] | undefined;
  readonly decide: (options: DecideOptions) => Decision;
}

export interface PlanRequest {
  readonly settings: SettingsOf<"plan">;
  readonly power: number;
  readonly measure: boolean;
  readonly folder: string;
  readonly earlier: string | undefined;
  /** Warning about a program named in another user's settings. */
  readonly warning?: string | undefined;
}

/** Reads a plan's settings. Throws `E_CONFIG` with all problems of file and flags; as `readRequest`. */
export function readPlanRequest(file: string | undefined, flags: RawFlags): PlanRequest {
  const problems: string[] = [];
  const earlier = sweepFolder(flags);
  const { settings, folder, warning } = readRequest("plan", file, flags, earlier, problems);
  const all = withUntil(settings, problems);
  const { power = defaults.power, measure = false, ...others } = all;
  if (measure && all.examples !== undefined && preparationOf(all).readsData)
    problems.push("--measure must be left out with --examples, which plans for another trainer");
  throwIfAny(problems);
  return { settings: others, power, measure, folder, earlier, warning };
}

export function sweepFolder({ results, examples }: RawFlags): string | undefined {
  return typeof results === "string" && examples === undefined ? results : undefined;
}
