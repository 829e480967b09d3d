// Names and defaults that help lists are written beside it. What they name is not loaded for help.

import { methodNames } from "@lorank/evidence/names";
import { methods } from "@lorank/evidence/results";
import { parseMetric } from "@lorank/judge";
import { quantizeDefaults } from "@lorank/quant";
import { expect, test } from "vitest";
import { blockSizes as allBlockSizes } from "../../../../packages/quant/src/quantized.ts";
import { defaults } from "../../src/defaults.ts";
import { answerMetrics, blockSizes } from "../../src/flags/choices.ts";

test("the metrics that are completed are known to the judge", () => {
  for (const name of answerMetrics) expect(parseMetric(name).text).toBe(name);
});

test("the methods are those of decisions", () => {
  expect(methodNames).toEqual(Object.keys(methods));
});

test("4 bits are as the package quantises", () => {
  expect(blockSizes).toEqual(allBlockSizes);
  expect(quantizeDefaults).toMatchObject(defaults.quantized);
});
