import type { Results } from "@lorank/core/results";
import { describe, expect, test } from "vitest";
import { intervalsInWords, sureness } from "../../src/data/sureness.ts";
import { adequate, causalLm, probed, raced } from "../fixtures/scenes.ts";

test("the looks of a race and the confirmations of a probe are said to share the error, of a grid nothing of the kind", () => {
  expect(intervalsInWords(raced())).toMatch(/The looks of a race share it as well.*\.$/);
  expect(intervalsInWords(probed())).toMatch(/The confirmations of a probe share it as well.*\.$/);
  expect(intervalsInWords(adequate())).toMatch(/between the ranks\.$/);
});

describe("sureness", () => {
  test("names confidence, margin with its metric, seeds and examples", () => {
    const values = (results: Results) => sureness(results).map((fact) => fact.value);
    expect(values(adequate())).toEqual(["95%", "1 point of accuracy", "8", "3,000"]);
    expect(values(causalLm())[1]).toBe("0.02 nats of log loss per token");
  });
  test("counts the runs of a race or a probe against the grid's", () => {
    const runs = (results: Results) => sureness(results).find(({ term }) => term === "Runs")?.value;
    expect([runs(probed()), runs(raced()), runs(adequate())]).toEqual([
      "15 of the grid's 60",
      `${raced().trials.length} of the grid's 50`,
      undefined,
    ]);
  });
});
