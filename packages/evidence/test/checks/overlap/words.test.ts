import { expect, test } from "vitest";
import { overlap } from "../../../src/checks/overlap/claims.ts";
import type { Decision, Overlap } from "../../../src/schema/types.ts";

test("texts in training and groups in training are two claims, each where there are some", () => {
  const claimsOn = (found: Overlap) =>
    overlap.onData!({ data: { overlap: found }, decision: { examples: 90 } as Decision });
  const both = claimsOn({ validation: 3, ofTrainedGroups: 7, kept: true });
  expect(both).toMatchObject([
    { kind: "overlap", validation: 3, examples: 90, isKept: true },
    { kind: "group-overlap", validation: 7, examples: 90, isKept: true },
  ]);
  expect(claimsOn({ validation: 0, ofTrainedGroups: 7 })).toMatchObject([
    { kind: "group-overlap", isKept: false },
  ]);
  expect(claimsOn({ validation: 3 })).toMatchObject([{ kind: "overlap", isKept: false }]);
});
