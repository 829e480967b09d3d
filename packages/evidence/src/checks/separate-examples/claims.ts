import { counted } from "@lorank/core";
import { atMostPercent } from "../../claims/amounts.ts";
import { type ClaimIn, claimsWith } from "../../claims/claim.ts";
import type { AlikeNeighbours, SharedSources } from "../../schema/check-types.ts";
import type { CheckClaims } from "../check-claims.ts";

export interface SeparateExamplesBodies {
  caution: {
    "alike-neighbours": AlikeNeighbours;
    /** Validation examples that seem to share a source, among all `examples`. */
    "shared-sources": SharedSources & { examples: number };
  };
}

export type SeparateExamplesClaim = ClaimIn<SeparateExamplesBodies>;

const claim = claimsWith<SeparateExamplesBodies>();

export const separateExamples: CheckClaims<SeparateExamplesBodies> = {
  limitSigns: ["alike-neighbours", "shared-sources"],
  onRuns({ alikeNeighbours }) {
    return alikeNeighbours === undefined ? [] : [claim.caution("alike-neighbours", alikeNeighbours)];
  },
  onData({ data: { sharedSources }, decision: { examples } }) {
    return sharedSources === undefined
      ? []
      : [claim.caution("shared-sources", { ...sharedSources, examples })];
  },
  words: {
    "alike-neighbours": ({ chance }, { many }) =>
      `Examples that stand near each other favour the same ${many} (by chance in ${atMostPercent(chance)} of sweeps). If they come from the same ` +
      `documents or persons, ${remedy} A file that is only sorted, by length or class, needs none.`,
    "shared-sources"({ validation, withTraining = 0, by, examples }) {
      const share = {
        subject: "have the subject line of",
        words: "have nearly the same words as",
        passages: "share long passages with",
      }[by];
      const others = [
        ...(validation > 0
          ? [`${validation} of ${counted(examples, "validation example")} ${share} another one`]
          : []),
        ...(withTraining > 0
          ? [
              validation > 0
                ? `${withTraining} with a training example`
                : `${withTraining} of ${counted(examples, "validation example")} ${share} a training example`,
            ]
          : []),
      ].join(", ");
      return `${others}. If they come from the same documents, ${remedy}`;
    },
  },
};

const remedy = "intervals are too narrow: name a group column with --group-column.";
