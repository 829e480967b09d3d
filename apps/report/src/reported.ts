import type { Claim, Decision, Results, Scores } from "@lorank/evidence/results";

type Part<Name extends keyof Results, Known extends keyof Results[Name]> = Pick<Results[Name], Known> &
  Partial<Results[Name]>;

/** Scores of a run that another trainer ran. */
export interface ReportedRun extends Scores {
  readonly rank: number;
  /** Absent if unknown. */
  readonly seed?: number;
}

/** A file that outcomes or scores were read from. */
export interface SourceFile {
  readonly name: string;
  /** Digest of its bytes, in lower-case hex. */
  readonly sha256: string;
  /** Time of its last change (mtime) in ISO 8601; absent of standard input. */
  readonly modified?: string;
}

/**
 * Contents of a page: a sweep's results, or a decision on outcomes that another trainer wrote. Outcomes say nothing of the
 * model and of training. They have no trials and no `sweep.seeds`, and the page leaves those sections out.
 */
export type Reported = Pick<Results, "decision" | "trials" | "untouchedBase" | "test"> & {
  readonly sweep: Part<"sweep", "name" | "ranks" | "seeds">;
  readonly model?: Results["model"];
  readonly data: Part<"data", "validationExamples">;
  /** Runs of outcomes or scores, for the dots of charts. Absent of a sweep, which has trials. */
  readonly runs?: readonly ReportedRun[];
  /** Files with those outcomes or scores. Absent of a sweep, and if unknown. */
  readonly sources?: readonly SourceFile[];
};

/** Runs of a sweep that is not done. It has a decision at the last look of a method that looks at its outcomes as it goes. */
export interface ReportedSoFar extends Omit<Reported, "sweep" | "decision"> {
  readonly sweep: Omit<Results["sweep"], "trialsAtOnce">;
  readonly decision?: Decision;
}

/** Takes no notice of a look: ranks are neither compared nor told apart. */
export function undecided(results: ReportedSoFar): Reported {
  const { metric, margin, confidence } = results.sweep;
  const { validationExamples: examples } = results.data;
  const open = { verdict: "inconclusive", rank: null, bestRank: null, ranks: [], explanation: "" } as const;
  return { ...results, decision: { ...open, metric, margin, confidence, seeds: 0, examples } };
}

/** Input of a section of the page. */
export interface SectionProps {
  readonly results: Reported;
  readonly claims: readonly Claim[];
}

/** Tells if these are a sweep's results. */
export function isSweep(reported: Reported): reported is Results {
  return reported.sweep.metric !== undefined;
}

/** Tells if all runs of a sweep are there. */
export function isWhole({ sweep }: Reported): boolean {
  return sweep.trialsAtOnce !== undefined;
}
