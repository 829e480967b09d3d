import { expect, test } from "vitest";
import { canonicalJson } from "../../src/schema/canonical-json.ts";
import { stripMeasured } from "../../src/schema/parse-results.ts";
import { exampleTrial } from "../fixtures/results.ts";

test("stripMeasured makes two equal trials from two machines the same text, and leaves its input alone", () => {
  const here = exampleTrial(4, 0);
  const there = { ...here, measured: { ...here.measured, peakResidentBytes: 1 } };
  expect(canonicalJson(stripMeasured(there))).toBe(canonicalJson(stripMeasured(here)));
  expect(canonicalJson(stripMeasured(exampleTrial(4, 1)))).not.toBe(canonicalJson(stripMeasured(here)));
  expect(there.measured.peakResidentBytes).toBe(1);
});
