import { decide, outcomesFromTrials } from "@lorank/core/decide";
import { describe, expect, test } from "vitest";
import { type Reported, renderReport } from "../src/index.ts";
import { textOf } from "./fixtures/page.ts";
import { adequate, withFailures } from "./fixtures/scenes.ts";

/** The decision of a scene as it would be on another trainer's outcomes. */
function outcomesOf(scene: typeof adequate): Reported {
  const { sweep, trials } = scene();
  const decision = decide(outcomesFromTrials(trials), { margin: sweep.margin });
  const name = "outcomes.csv";
  return {
    sweep: { name, ranks: sweep.ranks, seeds: [] },
    data: { name, validationExamples: decision.examples },
    decision,
    trials: [],
  };
}

const idsOf = (page: string) => [...page.matchAll(/<section id="([^"]*)"/g)].map(([, id]) => id);

describe("a decision on another trainer's outcomes", () => {
  const page = renderReport(outcomesOf(adequate));
  const sweepPage = renderReport(adequate());

  test("shows the verdict, the ranks with their intervals, and the differences, as a sweep's page does", () => {
    for (const part of [/<h1[\s\S]*?<\/h1>/, /<section id="differences"[\s\S]*?<\/section>/]) {
      expect(part.exec(page)?.[0]).toBe(part.exec(sweepPage)?.[0]);
    }
    const { accuracy, interval } = adequate().decision.ranks[0]!;
    const percent = (x: number): string => (100 * x).toFixed(1);
    expect(textOf(page)).toContain(
      `${percent(accuracy!)}% ${percent(interval![0])}–${percent(interval![1])}%`,
    );
    expect(idsOf(page)).toEqual(["verdict", "ranks", "quality", "differences", "returns", "provenance"]);
  });

  test("leaves out what training would tell, its columns too, and links to nothing that is not there", () => {
    for (const word of [
      "Trainable",
      "Optimiser",
      "Per million",
      "Per second",
      "small dot",
      "Training examples",
    ]) {
      expect(textOf(sweepPage)).toContain(word);
      expect(textOf(page)).not.toContain(word);
    }
    expect(textOf(page)).not.toContain("0 runs");
    expect(textOf(page)).not.toMatch(/NaN|undefined|–(?! ?[\d−+])/);
    const links = [...page.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id);
    expect(links.filter((id) => !idsOf(page).includes(id))).toEqual([]);
  });

  test("says of a rank without an answer only that it was not compared", () => {
    const shown = outcomesOf(withFailures);
    const decision = {
      ...shown.decision,
      ranks: shown.decision.ranks.filter(({ rank }) => rank !== 32),
      excluded: [{ rank: 32, reason: "only 1 of its 5 runs completed (missing), fewer than half" }],
    };
    const text = textOf(renderReport({ ...shown, decision }));
    expect(text).toContain("32 not compared");
    expect(text).not.toContain("no completed run");
  });
});
