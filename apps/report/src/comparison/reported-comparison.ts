import type { WholeComparison } from "@lorank/evidence/compare";
import type { ArmAxis } from "@lorank/evidence/results";
import type { SourceFile } from "../reported.ts";

/** Contents of a page on two results. */
export interface ReportedComparison {
  readonly comparison: WholeComparison;
  /** Arms of both; absent where ranks or single lists of scores are compared. */
  readonly axis?: ArmAxis | undefined;
  /** Origins of both results, in order. Left out if unknown. */
  readonly origins?: readonly [first: Origin, second: Origin];
  /** Sentences on what the comparison leaves out. (default: none) */
  readonly notes?: readonly string[];
}

/** Origin of a result. */
export interface Origin {
  /** Name of the data. */
  readonly data?: string | undefined;
  /** SHA-256 of the examples' texts, labels and order, if known. */
  readonly examplesSha256?: string | undefined;
  /** Files that were read; empty for typed scores. */
  readonly files: readonly SourceFile[];
}
