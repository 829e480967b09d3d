import { describe, expect, test } from "vitest";
import { adequate, causalLm, extend, oneSeed } from "../fixtures/scenes.ts";
import { sectionText } from "./section-text.ts";

describe("the section of diminishing returns", () => {
  test("has each step's gain and what it is by doubling, parameters and bytes", () => {
    const text = sectionText(adequate(), "returns")!;
    const { steps } = adequate().decision.returns!;
    expect(text.match(/\d+ → \d+/g)).toEqual(["2 → 4", "4 → 8", "8 → 16", "16 → 32"]);
    const found = / 4 → 8 \+(\d\.\d) \+\d\.\d to \+\d\.\d yes \+([\d.]+) \+([\d.]+) \+([\d.]+) – /.exec(text);
    const [gain, perDoubling, perMillion, perMegabyte] = found!.slice(1).map(Number);
    expect(gain).toBeCloseTo(100 * steps[1]!.gain, 1);
    expect(perDoubling).toBeCloseTo(100 * steps[1]!.gain, 2);
    // 41,472 parameters a rank, 4 bytes each: four ranks are 165,888 parameters, 0.663552 MB
    expect(perMillion).toBeCloseTo((100 * steps[1]!.gain) / 0.165888, 1);
    expect(perMegabyte).toBeCloseTo((100 * steps[1]!.gain) / 0.663552, 1);
    expect(text).toContain(" 16 → 32 ");
    expect(text).toMatch(/ 8 → 16 \S+ −\d\.\d to \+\d\.\d no /);
  });
  test("says in it what choosing the best adds, where the best is recommended", () => {
    expect(sectionText(extend(), "returns")).toContain("If these 4 ranks were truly equal");
    expect(sectionText(adequate(), "returns")).not.toContain("were truly equal");
  });
  test("is in nats where log loss decides, and absent with one seed", () => {
    expect(sectionText(causalLm(), "returns")).toContain("in nats of log loss per token");
    expect(sectionText(oneSeed(), "returns")).toBeUndefined();
  });
});
