import { expect, test } from "vitest";
import type { ClaimFamily } from "../../../src/decide/claim-tails.ts";
import { compareRanks } from "../../../src/decide/compare.ts";
import { compareJointly } from "../../../src/decide/conditions/findings.ts";
import { pairedDesign } from "../../../src/decide/paired-design.ts";
import { nestedTable } from "../tables.ts";

const design = pairedDesign(nestedTable({ 2: [0.7, 0.72], 4: [0.8, 0.79] }));

function comparisons(limit?: number) {
  const families: Pick<ClaimFamily, "bestMayFail">[] = [];
  const cells = design.cells.map((runs) =>
    runs.map((run) => ({ ...run, secondary: [{ name: "forgetting", values: [0.01] }] })),
  );
  const outcome = { name: "forgetting", better: "lower" as const, ...(limit === undefined ? {} : { limit }) };
  const compared = compareJointly({ ...design, cells }, [outcome], 0.95, (family) => {
    families.push(family);
    return compareRanks(design, "accuracy", 0.95, { ranks: design.ranks.length, ...family });
  });
  return { families, compared };
}

test("runs are compared by the metric alone when that is asked for, and not before", () => {
  const { families, compared } = comparisons(0.05);
  expect(families).toEqual([{ bestMayFail: true }]);
  compared.compareByTask!();
  expect(families).toEqual([{ bestMayFail: true }, {}]);
});

test("without a condition there is one comparison", () => {
  const { families, compared } = comparisons();
  expect(families).toEqual([{}]);
  expect(compared).not.toHaveProperty("compareByTask");
});
