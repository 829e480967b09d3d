import { describe, expect, test } from "vitest";
import { withPoints } from "../fixtures/points.ts";
import { adequate, withFailures } from "../fixtures/scenes.ts";
import { sectionText } from "./section-text.ts";

describe("scores along the training", () => {
  test("are not there without evaluations on the way", () => {
    expect(sectionText(adequate(), "points")).toBeUndefined();
  });

  test("say what chose the step, and compare it with the last by rank", () => {
    const text = sectionText(withPoints(adequate()), "points")!;
    expect(text).toContain("Accuracy along the training");
    expect(text).toContain("Step 200 did best over all, and is marked.");
    expect(text).toContain(
      "It was chosen on 1,500 of the examples; the table's scores are of the 1,500 others.",
    );
    expect(text).toMatch(/ 8 \d\d\.\d% \d\d\.\d% \+1\.5 \+0\.9 to \+2\.1 /);
  });

  test("have no table of the chosen step where it is the last", () => {
    const text = sectionText(withPoints(adequate(), { step: 300 }), "points")!;
    expect(text).toContain("No step on the way was chosen over the last, which is marked.");
    expect(text).not.toContain("the table");
    expect(text).not.toContain("Gain of the chosen");
  });

  test("that are optimistic are called so", () => {
    const text = sectionText(withPoints(adequate(), { chosenBy: "same-runs" }), "points")!;
    expect(text).toContain("so its scores are optimistic");
    expect(sectionText(withPoints(adequate(), { chosenBy: "other-seeds" }), "points")).toContain(
      "Each seed's score is at the step that its other seeds chose.",
    );
  });

  test("are drawn from the runs where nothing is decided yet", () => {
    const { decision, ...results } = withPoints(withFailures());
    const { points: _, ...rest } = decision;
    const text = sectionText({ ...results, decision: rest }, "points")!;
    expect(text).toContain("the mean over seeds, and single runs. ");
    expect(text).toMatch(/ 100 (\d\d\.\d% )+/);
  });
});
