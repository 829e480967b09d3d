import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { claimsOf, inWords, onTopic, paragraph } from "@lorank/core/results";
import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderReport } from "../../src/index.ts";
import {
  adequate,
  causalLm,
  empty,
  extend,
  inconclusive,
  indistinguishable,
  large,
  probed,
  raced,
  rateDecides,
  withFailures,
} from "../fixtures/scenes.ts";
import { CHROMIUM_FLAGS, CHROMIUM_PATH, hasChromium } from "./chromium.ts";

if (!hasChromium) {
  console.warn(
    `Skipped: the report in a browser, for there is no Chromium at ${CHROMIUM_PATH} (apt-get install chromium).`,
  );
}

const scenes = {
  adequate,
  indistinguishable,
  inconclusive,
  extend,
  empty,
  withFailures,
  causalLm,
  large,
  probed,
  raced,
  rateDecides,
};

interface Opened {
  readonly page: Page;
  /** Console errors and warnings, uncaught exceptions, violations of the page's policy. */
  readonly complaints: readonly string[];
  /** Every address that the page asked for, itself included. */
  readonly requests: readonly string[];
}

describe.skipIf(!hasChromium)("the report in Chromium", () => {
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), "lorank-report-"));
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM_PATH, args: [...CHROMIUM_FLAGS] });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(
    scene: keyof typeof scenes,
    look: { readonly width?: number; readonly height?: number; readonly dark?: boolean } = {},
  ): Promise<Opened> {
    const file = join(folder, `${scene}.html`);
    writeFileSync(file, renderReport(scenes[scene](), { command: "lorank sweep demo.yaml" }));
    const page = await browser.newPage({
      viewport: { width: look.width ?? 1280, height: look.height ?? 800 },
      colorScheme: look.dark ? "dark" : "light",
    });
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    return { page, complaints, requests };
  }

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
  test.each(verdicts)("opens from a file, asks for nothing, complains of nothing: %s", async (scene) => {
    const { page, complaints, requests } = await open(scene);
    expect(complaints).toEqual([]);
    expect(requests.map((url) => url.split("/").at(-1)?.slice(0, 30))).toEqual([`${scene}.html`]);
    await page.close();
  });

  test.each(verdicts)(
    "shows the whole verdict in the first window, on a desk and on a phone: %s",
    async (scene) => {
      for (const [width, height] of [
        [1280, 800],
        [390, 844],
      ] as const) {
        const { page } = await open(scene, { width, height });
        const [answer, ...reasons] = onTopic(claimsOf(scenes[scene]()), "verdict");
        const texts = [inWords(answer!), ...(reasons.length > 0 ? [paragraph(reasons)] : [])];
        for (const text of texts) {
          const box = await page.getByText(text, { exact: true }).boundingBox();
          expect(box, text).not.toBeNull();
          expect(box!.y).toBeGreaterThan(0);
          expect(box!.y + box!.height).toBeLessThan(height);
          expect(box!.x + box!.width).toBeLessThanOrEqual(width);
        }
        await page.close();
      }
    },
  );

  test.each([1280, 390])(
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

  test("no text of a chart runs out of its chart", async () => {
    for (const scene of ["adequate", "causalLm", "large", "probed", "raced"] as const) {
      const { page } = await open(scene);
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
      expect(escaped).toEqual([]);
      await page.close();
    }
  });

  test("the dark scheme is dark and follows the reader's setting", async () => {
    const brightness = async (dark: boolean) => {
      const { page, complaints } = await open("adequate", { dark });
      const colour = String(await page.evaluate("getComputedStyle(document.body).backgroundColor"));
      expect(complaints).toEqual([]);
      await page.close();
      return Math.max(...(colour.match(/\d+/g) ?? []).map(Number));
    };
    expect(await brightness(true)).toBeLessThan(60);
    expect(await brightness(false)).toBeGreaterThan(230);
  });

  test("prints on A4 without a table or chart wider than the paper, and in light colours", async () => {
    const { page, complaints } = await open("withFailures", { width: 688, dark: true });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(688);
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
    const pdf = await page.pdf({ format: "A4", printBackground: true });
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    expect(complaints).toEqual([]);
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

  test.each([
    ["adequate", "light", 1280],
    ["adequate", "dark", 1280],
    ["withFailures", "light", 390],
    ["withFailures", "dark", 390],
    ["inconclusive", "light", 1280],
    ["inconclusive", "dark", 1280],
    ["causalLm", "light", 1280],
    ["empty", "dark", 1280],
    ["probed", "light", 1280],
    ["probed", "dark", 390],
    ["raced", "light", 390],
    ["raced", "dark", 1280],
    ["rateDecides", "light", 1280],
  ] as const)("axe-core finds nothing wrong: %s, %s, %i pixels wide", async (scene, scheme, width) => {
    const { page } = await open(scene, { width, dark: scheme === "dark" });
    await page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true");
    await page.evaluate(axe.source);
    const found = (await page.evaluate("axe.run(document)")) as axe.AxeResults;
    expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`)).toEqual([]);
    // colour contrast is among the rules that really ran
    expect(found.passes.map(({ id }) => id)).toContain("color-contrast");
    await page.close();
  });
});
