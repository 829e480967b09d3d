import type { Claim, Decision, Results, Scores } from "@lorank/evidence/results";

type Part<Name extends keyof Results, Known extends keyof Results[Name]> = Pick<Results[Name], Known> &
  Partial<Results[Name]>;

/** Scores for another trainer's run. */
export interface ReportedRun extends Scores {
  readonly rank: number;
  readonly seed?: number;
}

/** File with outcomes or scores. */
export interface SourceFile {
  readonly name: string;
  readonly sha256: string;
  /** Modification time in ISO 8601; absent for standard input. */
  readonly modified?: string;
}

/**
 * Page contents: a sweep's results, or a decision on another trainer's outcomes. Outcomes have no model, and
 * empty `trials` and `sweep.seeds`; the page leaves those sections out.
 */
export type Reported = Pick<Results, "decision" | "trials" | "untouchedBase" | "test"> & {
  readonly sweep: Part<"sweep", "name" | "ranks" | "seeds">;
  readonly model?: Results["model"];
  readonly data: Part<"data", "validationExamples">;
  /** Runs behind outcomes or scores, for charts. Absent for a sweep, which has trials. */
  readonly runs?: readonly ReportedRun[];
  /** Files with outcomes or scores. Absent for a sweep, and if unknown. */
  readonly sources?: readonly SourceFile[];
};

/** Results so far in an unfinished sweep. A method with looks has the last look's decision. */
export interface ReportedSoFar extends Omit<Reported, "sweep" | "decision"> {
  readonly sweep: Omit<Results["sweep"], "trialsAtOnce">;
  readonly decision?: Decision;
}

/** Results without the decision: ranks are neither compared nor told apart. */
export function undecided(results: ReportedSoFar): Reported {
  const { metric, margin, confidence, axis } = results.sweep;
  const { validationExamples: examples } = results.data;
  const open = { verdict: "inconclusive", rank: null, bestRank: null, ranks: [], explanation: "" } as const;
  const arms = axis === undefined ? {} : { axis };
  return { ...results, decision: { ...open, metric, margin, confidence, seeds: 0, examples, ...arms } };
}

export interface SectionProps {
  readonly results: Reported;
  readonly claims: readonly Claim[];
}

export function isSweep(reported: Reported): reported is Results {
  return reported.sweep.metric !== undefined;
}

/** True for a complete sweep, whose required runs are all there. */
export function isWhole({ sweep }: Reported): boolean {
  return sweep.trialsAtOnce !== undefined;
}
