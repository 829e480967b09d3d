import { claimsOf, inWords } from "@lorank/evidence/results";
import axe from "axe-core";
import { describe, expect, test } from "vitest";
import { hasChromium } from "../../../../scripts/chromium.ts";
import { isNightly } from "../../../../scripts/nightly.ts";
import { reportOpener, scenes } from "./open-report.ts";

describe.skipIf(!hasChromium)("the report in Chromium", () => {
  const open = reportOpener();

  const verdicts = [
    "adequate",
    "indistinguishable",
    "inconclusive",
    "extend",
    "empty",
    "probed",
    "raced",
    "rateDecides",
  ] as const;
  test.each(verdicts)(
    "opens from a file, asks for nothing, complains of nothing, and shows the whole verdict in the first window, on a desk and on a phone: %s",
    async (scene) => {
      const { page, requests } = await open(scene);
      const [answer, ...reasons] = claimsOf(scenes[scene]()).filter(({ topic }) => topic === "verdict");
      const texts = [inWords(answer!), ...(reasons.length > 0 ? [inWords(reasons)] : [])];
      for (const [width, height] of [
        [1280, 800],
        [390, 844],
      ] as const) {
        await page.setViewportSize({ width, height });
        for (const text of texts) {
          const box = await page.getByText(text, { exact: true }).boundingBox();
          expect(box, text).not.toBeNull();
          expect(box!.y).toBeGreaterThan(0);
          expect(box!.y + box!.height).toBeLessThan(height);
          expect(box!.x + box!.width).toBeLessThanOrEqual(width);
        }
      }
      expect(requests.map((url) => url.split("/").at(-1)?.slice(0, 30))).toEqual([`${scene}.html`]);
      await page.close();
    },
  );

  test.each([1280, 360])(
    "no chart is empty or wider than a window of %i pixels, nor is the page",
    async (width) => {
      const { page } = await open("withFailures", { width });
      const boxes = await page.locator("svg.chart").evaluateAll((charts) =>
        charts.map((chart) => {
          const { left, right, width: w, height: h } = chart.getBoundingClientRect();
          return { left, right, w, h, marks: chart.querySelectorAll("circle, path, rect, line").length };
        }),
      );
      expect(boxes.length).toBe(2 + 1 + 5 + 5);
      for (const box of boxes) {
        expect(box.w).toBeGreaterThan(200);
        expect(box.h).toBeGreaterThan(80);
        expect(box.marks).toBeGreaterThan(2);
        expect(box.left).toBeGreaterThanOrEqual(0);
        expect(box.right).toBeLessThanOrEqual(width);
      }
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      await page.close();
    },
  );

  test.each([
    "adequate",
    "causalLm",
    "large",
    "probed",
    "raced",
    "twelveArms",
    "fortyArms",
    "armSweep",
  ] as const)("no text of a chart runs out of its chart, on a desk and on a phone: %s", async (scene) => {
    const { page } = await open(scene);
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 800 });
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
    await page.close();
  });

  test.each(["twelveArms", "fortyArms", "armSweep", "racedArms"] as const)(
    "names of arms make neither the page wider than a window nor a column wider than half of it, and none runs into the next: %s",
    async (scene) => {
      const { page } = await open(scene);
      for (const fold of await page.locator("summary").all()) await fold.click();
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 800 });
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
        const names = await page
          .locator("#arms th[scope=row], #differences th[scope=row]")
          .evaluateAll((heads) => heads.map((head) => head.getBoundingClientRect().width));
        expect(names.length).toBeGreaterThanOrEqual(2 * scenes[scene]().decision.ranks.length);
        expect(Math.max(...names)).toBeLessThan(width / 2);
        const overlapping = await page
          .locator("thead th")
          .evaluateAll((heads) => heads.filter((head) => head.scrollWidth > head.clientWidth).length);
        expect(overlapping).toBe(0);
      }
      await page.close();
    },
  );

  test("the dark scheme is dark and follows the reader's setting", async () => {
    const brightness = async (dark: boolean) => {
      const { page } = await open("adequate", { dark });
      const colour = String(await page.evaluate("getComputedStyle(document.body).backgroundColor"));
      await page.close();
      return Math.max(...(colour.match(/\d+/g) ?? []).map(Number));
    };
    expect(await brightness(true)).toBeLessThan(60);
    expect(await brightness(false)).toBeGreaterThan(230);
  });

  test("prints on A4 without a table or chart wider than the paper, and in light colours", async () => {
    const { page } = await open("withFailures", { width: 688, dark: true });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(688);
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
    const pdf = await page.pdf({ format: "A4", printBackground: true });
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    await page.close();
  });

  test.each([true, false])("prints what is folded, with its script and without: %s", async (script) => {
    const { page } = await open("adequate", { width: 688, script });
    const folded = [
      page.getByRole("table", { name: "Cost by rank in numbers" }),
      page.getByText("are both samples"),
      page.getByText("lora_alpha: 32"),
    ];
    for (const one of folded) expect(await one.isVisible()).toBe(false);
    await page.emulateMedia({ media: "print" });
    for (const one of folded) expect((await one.boundingBox())?.height).toBeGreaterThan(5);
    for (const name of ["Copy the command", "Save CSV of Cost by rank in numbers"])
      expect(await page.getByRole("button", { name }).count()).toBe(0);
    await page.close();
  });

  test("on a phone everything is within the window or in a region that scrolls by keyboard", async () => {
    for (const scene of ["adequate", "withFailures", "probed", "raced", "rateDecides", "large"] as const) {
      const { page } = await open(scene, { width: 360, height: 780 });
      await page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true");
      const escaped = await page.locator("body *:not(.status, svg *, .scroll *)").evaluateAll((elements) =>
        elements
          .filter((element) => {
            const { left, right, width } = element.getBoundingClientRect();
            return width > 0 && (left < 0 || right > 360);
          })
          .map((element) => element.outerHTML.slice(0, 100)),
      );
      expect(escaped).toEqual([]);
      const regions = await page
        .locator(".scroll")
        .evaluateAll((all) => all.map((one) => [one.tabIndex, one.ariaLabel !== "", one.scrollWidth > 360]));
      expect(regions.filter(([tab, isLabelled]) => tab !== 0 || !isLabelled)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
      // no column is hidden: each is wide enough for its words
      expect(
        await page.locator("th, td").evaluateAll((cells) => cells.filter((one) => one.clientWidth < 8)),
      ).toEqual([]);
      await page.close();
    }
  });

  test("each heading of a section links to it", async () => {
    const { page } = await open("adequate");
    const links = await page
      .locator("main > section h2 a")
      .evaluateAll((all) => all.map((one) => [one.getAttribute("href"), `#${one.closest("section")?.id}`]));
    expect(links.length).toBeGreaterThan(8);
    for (const [href, own] of links) expect(href).toBe(own);
    await page.getByRole("link", { name: "Cost by rank" }).click();
    expect(page.url()).toMatch(/#cost$/);
    await page.close();
  });

  test("the tables of the charts open without a script", async () => {
    const { page } = await open("adequate");
    const table = page.getByRole("table", { name: "Cost by rank in numbers" });
    expect(await table.isVisible()).toBe(false);
    await page.getByText("Cost as a table").click();
    expect(await table.isVisible()).toBe(true);
    expect(await table.getByRole("row").count()).toBe(1 + 5);
    await page.close();
  });

  // Three kinds of report, each in one scheme and one width; at night more of all.
  test.each([
    ["adequate", "light", 1280],
    ["withFailures", "dark", 360],
    ["twelveArms", "dark", 390],
    ["armSweep", "light", 1280],
    ...(isNightly
      ? ([
          ["empty", "dark", 1280],
          ["raced", "light", 360],
          ["racedArms", "dark", 390],
          ["inconclusive", "dark", 1280],
          ["causalLm", "light", 1280],
          ["probed", "dark", 360],
          ["rateDecides", "light", 1280],
          ["adequate", "dark", 1280],
          ["withFailures", "light", 360],
          ["inconclusive", "light", 1280],
          ["probed", "light", 1280],
          ["raced", "dark", 1280],
        ] as const)
      : []),
  ] as const)("axe-core finds nothing wrong: %s, %s, %i pixels wide", async (scene, scheme, width) => {
    const { page } = await open(scene, { width, dark: scheme === "dark" });
    await page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true");
    await page.evaluate(axe.source);
    const found = (await page.evaluate(
      "axe.run(document, { resultTypes: ['violations'] })",
    )) as axe.AxeResults;
    expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`)).toEqual([]);
    // colour contrast is among the rules that really ran
    expect(found.passes.map(({ id }) => id)).toContain("color-contrast");
    await page.close();
  });
});
