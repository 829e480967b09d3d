import counted from "./calibration.json" with { type: "json" };
import type { CapacityRuleName } from "./capacity-rules.ts";

/** Of all cases, those in which a named rank was right. */
export interface RuleRecord {
  /** It was the rank of the planted change. */
  readonly planted: number;
  /** It was that rank within a factor of two. */
  readonly nearPlanted: number;
  /** It was the smallest rank whose trained adapter came within the margin of the best. */
  readonly trained: number;
  readonly nearTrained: number;
  /** It was larger than that rank, or than all ranks tried. */
  readonly tooLarge: number;
  readonly tooSmall: number;
}

/** How often the rules were right on tasks whose rank is known. */
export interface CapacityCalibration {
  readonly cases: number;
  readonly rules: Readonly<Record<CapacityRuleName, RuleRecord>>;
  /** Of taking the same rank in all cases, for comparison. */
  readonly always: readonly (RuleRecord & { readonly rank: number })[];
}

/** Counted by examples/planted-rank/src/calibrate-rules.ts; docs/checked/capacity-rules.md says what it shows. */
export const capacityCalibration: CapacityCalibration = counted;
