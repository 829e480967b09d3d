import { type ClaimIn, claimsWith } from "../../claims/claim.ts";
import type { CheckClaims } from "../check-claims.ts";
import { type SeparateExamplesBodies, separateExamplesWords } from "./words.ts";

export type SeparateExamplesClaim = ClaimIn<SeparateExamplesBodies>;

const claim = claimsWith<SeparateExamplesBodies>();

/** Claims on examples that seem to be in groups. */
export const separateExamples: CheckClaims<SeparateExamplesBodies> = {
  words: separateExamplesWords,
  limitSigns: ["alike-neighbours", "shared-sources"],
  onRuns({ alikeNeighbours }) {
    return alikeNeighbours === undefined ? [] : [claim.caution("alike-neighbours", alikeNeighbours)];
  },
  onData({ data: { sharedSources }, decision: { examples } }) {
    return sharedSources === undefined
      ? []
      : [claim.caution("shared-sources", { ...sharedSources, examples })];
  },
};
