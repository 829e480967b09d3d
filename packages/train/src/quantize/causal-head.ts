import { isInputError } from "@lorank/core";
import type { Family, HeadModule } from "../families/family.ts";

/** The head over the vocabulary; undefined in an encoder, which has none. */
export function causalHead(family: Family): HeadModule | undefined {
  try {
    return family.head({ kind: "causal-lm" });
  } catch (error) {
    if (isInputError(error) && error.code === "E_TASK") return undefined;
    throw error;
  }
}
