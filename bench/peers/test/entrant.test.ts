import { describe, expect, test } from "vitest";
import { assertSameWork } from "../driver/entrant.ts";
import type { Base, Stack } from "../driver/work.ts";

function side(stack: Stack, base: Base, trained: number, firstLoss: number) {
  const warmUp = { seconds: [1], cpuSeconds: 1, losses: [firstLoss], peakBytes: 1 };
  return { name: `${stack} ${base}`, spec: { stack, base }, trained, warmUp };
}

describe("assertSameWork", () => {
  test("takes sides that begin at one loss but for rounding, and other bases at another", () => {
    assertSameWork([
      side("lorank", "float32", 100, 0.66501),
      side("peft", "float32", 100, 0.66503),
      side("peft", "nf4", 100, 0.7),
    ]);
  });
  test("refuses sides that train different numbers of parameters", () => {
    const sides = [side("lorank", "float32", 100, 0.7), side("peft", "nf4", 104, 0.7)];
    expect(() => assertSameWork(sides)).toThrow("got 100 parameters in lorank float32, 104 in peft nf4");
  });
  test.each([0.668, Number.NaN])("refuses one base with two first losses (%d)", (loss) => {
    const sides = [side("lorank", "nf4", 100, 0.665), side("peft", "nf4", 100, loss)];
    expect(() => assertSameWork(sides)).toThrow("sides must begin at one loss");
  });
});
