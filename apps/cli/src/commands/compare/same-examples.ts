import type { OutcomeTable } from "@lorank/evidence";
import { alignExamples, type SameExamples } from "@lorank/evidence/compare";
import type { Results, TestSet } from "@lorank/evidence/results";
import type { ReadSide } from "./side.ts";

export interface OfExamples {
  readonly examplesAre: SameExamples;
  readonly sides: readonly [ReadSide, ReadSide];
  /** Examples that only one of two tables has. */
  readonly leftOut: number;
}

/** Knowledge of the examples behind two results; tables are cut to the examples that both have, in one order. */
export function onSameExamples(first: ReadSide, second: ReadSide): OfExamples {
  const sides = [first, second] as const;
  if (first.results !== undefined && second.results !== undefined)
    return { sides, examplesAre: ofSweeps(first.results.data, second.results.data), leftOut: 0 };
  if (first.exampleNames === undefined || second.exampleNames === undefined) {
    const [a, b] = sides.map(({ runs }) => runs.examples);
    const isUnlike = a !== undefined && b !== undefined && a !== b;
    const areScores = sides.some(({ runs }) => runs.kind === "scores");
    return { sides, examplesAre: areScores && !isUnlike ? "unknown" : "different", leftOut: 0 };
  }
  const aligned = alignExamples(named(first), named(second));
  if (aligned === undefined) return { sides, examplesAre: "different", leftOut: 0 };
  const on = (side: ReadSide, outcomes: OutcomeTable): ReadSide => ({
    ...side,
    runs: { kind: "outcomes", ...outcomes },
  });
  return {
    sides: [on(first, aligned.first), on(second, aligned.second)],
    examplesAre: "same",
    leftOut: aligned.leftOut,
  };
}

/** Tells whether two test sets are the same, by their digests; without those by their tokens, or by name and count. */
export function isSameTest(first: TestSet, second: TestSet): boolean {
  const agrees = first.sha256 === second.sha256 || first.name === second.name;
  return byDigests(first, second) ?? (agrees && first.examples === second.examples);
}

interface Digested {
  readonly examplesSha256?: string;
}

/** Tells whether digests of examples agree; undefined if one is not known. */
function byDigests({ examplesSha256: first }: Digested, { examplesSha256: second }: Digested) {
  return first === undefined || second === undefined ? undefined : first === second;
}

function named({ runs, exampleNames = [] }: ReadSide) {
  return { ...(runs as OutcomeTable), exampleNames };
}

/** Examples of two sweeps, by their digests; without those by name, count and labels. */
function ofSweeps(first: Results["data"], second: Results["data"]): SameExamples {
  const isSame = byDigests(first, second);
  if (isSame !== undefined) return isSame ? "same" : "different";
  const labelsOf = ({ validationLabels }: Results["data"]): string => validationLabels?.join() ?? "";
  const agrees =
    first.validationExamples === second.validationExamples &&
    (first.name ?? second.name) === (second.name ?? first.name) &&
    labelsOf(first) === labelsOf(second);
  return agrees ? "by-name" : "different";
}
