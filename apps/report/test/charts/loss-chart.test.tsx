/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { rankRows } from "@lorank/evidence/results";
import { describe, expect, test } from "vitest";
import { LossChart } from "../../src/charts/loss-chart.tsx";
import { shownCompared } from "../../src/compared.ts";
import { lossCurves } from "../../src/data/loss-curves.ts";
import { withFailures } from "../fixtures/scenes.ts";
import { html } from "./render.ts";

const curves = lossCurves(rankRows(withFailures()));
const rank32 = curves.ranks.at(-1)!;

describe("LossChart", () => {
  const text = html(<LossChart compared={shownCompared({})} curves={curves} rank={rank32} />);
  test("draws each run, the rank's mean, and the other ranks' means behind", () => {
    expect(text.match(/class="faint"/g)?.length).toBe(5);
    expect(text.match(/class="mean"/g)?.length).toBe(1);
    expect(text.match(/class="behind"/g)?.length).toBe(4);
  });
  test("marks each diverged run and says how many there are", () => {
    expect(text.match(/class="cross"/g)?.length).toBe(2);
    expect(text).toContain("× 2 diverged");
  });
  test("keeps a diverging run inside the panel", () => {
    const heights = [...text.matchAll(/[ML][\d.]+,(-?[\d.]+)/g)].map((match) => Number(match[1]));
    expect(heights.length).toBeGreaterThan(100);
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(30);
  });
  test("a diverging run does not set the scale", () => {
    expect(curves.ceiling).toBeLessThan(1.5);
  });
  test("a rank without a completed run says so", () => {
    const none = { ...rank32, mean: [] };
    expect(html(<LossChart compared={shownCompared({})} curves={curves} rank={none} />)).toContain(
      'aria-label="Training loss of rank 32: no completed run."',
    );
  });
});
