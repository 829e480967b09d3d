import axe from "axe-core";
import { describe, expect, test } from "vitest";
import { hasChromium } from "../../../../scripts/chromium.ts";
import { renderComparison } from "../../src/comparison.ts";
import { armsOfTwo, twoLists, twoSweeps } from "../fixtures/comparisons.ts";
import { type Look, pageOpener } from "./open-report.ts";

const scenes = { twoSweeps, armsOfTwo, open: () => twoLists([0.81, 0.83, 0.82], [0.84, 0.82, 0.85]) };

describe.skipIf(!hasChromium)("the page of a comparison in Chromium", () => {
  const openPage = pageOpener();

  /** Opens a page with its folds open. */
  async function open(scene: keyof typeof scenes, look: Look = {}) {
    const opened = await openPage(scene, renderComparison(scenes[scene]()), look);
    await opened.page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true");
    return opened;
  }

  test.each(["twoSweeps", "armsOfTwo", "open"] as const)(
    "asks for nothing, and stays within a desk's window and a phone's, its charts' texts within their charts: %s",
    async (scene) => {
      const { page, requests } = await open(scene);
      for (const width of [1280, 360]) {
        await page.setViewportSize({ width, height: 800 });
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
        const escaped = await page.locator("svg.chart text").evaluateAll((texts) =>
          texts
            .filter((text) => {
              const inner = text.getBoundingClientRect();
              const outer = text.closest("svg")!.getBoundingClientRect();
              const slack = 14; // half of a label that is centred on the end of an axis
              return inner.left < outer.left - slack || inner.right > outer.right + slack;
            })
            .map((text) => text.textContent),
        );
        expect(escaped, `${width} pixels wide`).toEqual([]);
      }
      expect(requests).toHaveLength(1);
      await page.close();
    },
  );

  test("the names under an axis do not run into its unit, on a phone", async () => {
    const { page } = await open("open", { width: 360 });
    const [unit, second, first] = await page
      .locator("svg.chart .note:not(.accent)")
      .evaluateAll((notes) => notes.map((note) => note.getBoundingClientRect().toJSON()));
    expect(second.right).toBeLessThan(unit.left);
    expect(unit.right).toBeLessThan(first.left);
    await page.close();
  });

  test("prints on A4 without a table or chart wider than the paper", async () => {
    const { page } = await open("armsOfTwo", { width: 688, dark: true });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(688);
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
    await page.close();
  });

  test.each([
    ["twoSweeps", "light", 1280],
    ["open", "dark", 1280],
    ["armsOfTwo", "dark", 390],
  ] as const)("axe-core finds nothing wrong: %s, %s, %i pixels wide", async (scene, scheme, width) => {
    const { page } = await open(scene, { width, dark: scheme === "dark" });
    await page.evaluate(axe.source);
    const found = (await page.evaluate(
      "axe.run(document, { resultTypes: ['violations'] })",
    )) as axe.AxeResults;
    expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`)).toEqual([]);
    expect(found.passes.map(({ id }) => id)).toContain("color-contrast");
    await page.close();
  });
});
