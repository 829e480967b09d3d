import type { Claim, Results } from "@lorank/core/results";

type Part<Name extends keyof Results, Known extends keyof Results[Name]> = Pick<Results[Name], Known> &
  Partial<Results[Name]>;

/**
 * What a page shows: a sweep's results, or a decision on outcomes that another trainer wrote. Nothing is known there of the
 * model and of training: there are no trials, `sweep.seeds` is empty, and the page leaves out what would tell of them.
 */
export type Reported = Pick<Results, "decision" | "trials" | "test"> & {
  readonly sweep: Part<"sweep", "name" | "ranks" | "seeds">;
  readonly model?: Results["model"];
  readonly data: Part<"data", "validationExamples">;
};

/** What a section of the page is made from. */
export interface SectionProps {
  readonly results: Reported;
  readonly claims: readonly Claim[];
}

/** Whether a sweep's results are shown, all of them. */
export function isSweep(reported: Reported): reported is Results {
  return reported.sweep.trialsAtOnce !== undefined;
}
