import type { Claim, Results } from "@lorank/core/results";

type Part<Name extends keyof Results, Known extends keyof Results[Name]> = Pick<Results[Name], Known> &
  Partial<Results[Name]>;

/**
 * Contents of a page: a sweep's results, or a decision on outcomes that another trainer wrote. Outcomes say nothing of the
 * model and of training. They have no trials and no `sweep.seeds`, and the page leaves those sections out.
 */
export type Reported = Pick<Results, "decision" | "trials" | "untouchedBase" | "test"> & {
  readonly sweep: Part<"sweep", "name" | "ranks" | "seeds">;
  readonly model?: Results["model"];
  readonly data: Part<"data", "validationExamples">;
};

/** Input of a section of the page. */
export interface SectionProps {
  readonly results: Reported;
  readonly claims: readonly Claim[];
}

/** Tells if these are a sweep's results, all of them. */
export function isSweep(reported: Reported): reported is Results {
  return reported.sweep.trialsAtOnce !== undefined;
}
