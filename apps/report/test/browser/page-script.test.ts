import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { hasChromium } from "../../../../scripts/chromium.ts";
import { reportOpener, scenes } from "./open-report.ts";

const openFolds = (page: Page) =>
  page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true");

describe.skipIf(!hasChromium)("what the page's script adds", () => {
  const open = reportOpener();

  /** The file that a press on the button of this name saves. */
  async function saved(page: Page, name: string): Promise<{ file: string; text: string }> {
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name, exact: true }).click();
    const one = await download;
    return { file: one.suggestedFilename(), text: readFileSync(await one.path(), "utf8") };
  }

  test("is nothing where scripts are off: no button, and all of the page is there to read", async () => {
    const [on, off] = [await open("adequate"), await open("adequate", { script: false })];
    const read = async ({ page }: typeof on) => {
      await openFolds(page);
      await page.evaluate(
        "for (const one of document.querySelectorAll('.tools, .snippet button')) one.remove()",
      );
      return page.evaluate<string>("document.querySelector('main').innerText");
    };
    expect(await off.page.locator("button").count()).toBe(0);
    expect(await on.page.locator("button").count()).toBeGreaterThan(20);
    expect(await off.page.locator("svg title").count()).toBeGreaterThan(50);
    expect(await read(off)).toBe(await read(on));
    await on.page.close();
    await off.page.close();
  });

  describe("copying", () => {
    const readClipboard = (page: Page) =>
      page.evaluate<string>(
        "Object.getOwnPropertyDescriptor(Navigator.prototype, 'clipboard').get.call(navigator).readText()",
      );
    const status = (page: Page) => page.getByRole("status").textContent();

    test.each([
      ["the command", "lorank sweep demo.yaml"],
      ["the PEFT config", "LoraConfig(\n    r=8,\n)"],
      ["the adapter's folder", "runs/adapters/r8"],
    ])("%s comes whole, and is told", async (what, text) => {
      const { page } = await open("adequate");
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      await openFolds(page);
      const button = page.getByRole("button", { name: `Copy ${what}`, exact: true });
      await button.click();
      expect(await readClipboard(page)).toBe(text);
      expect(await status(page)).toBe(`Copied ${what}.`);
      expect(await button.textContent()).toBe("Copied");
      await page.close();
    });

    test("works without a clipboard, and selects where that is refused too", async () => {
      const { page } = await open("adequate");
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      await page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
      const button = page.getByRole("button", { name: "Copy the command" });
      await button.click();
      expect(await readClipboard(page)).toBe("lorank sweep demo.yaml");
      await page.evaluate("document.execCommand = () => false");
      await page.evaluate("getSelection().removeAllRanges()");
      await button.click();
      expect(await status(page)).toMatch(/^Selected the command:/);
      expect(await page.evaluate("getSelection().toString()")).toBe("lorank sweep demo.yaml");
      await page.close();
    });
  });

  describe("saving", () => {
    test("every chart has a button for SVG and one for CSV, every other table one for CSV", async () => {
      for (const scene of ["adequate", "probed", "raced", "rateDecides"] as const) {
        const { page } = await open(scene);
        const counts = await page.evaluate(`(() => {
          const figures = [...document.querySelectorAll("figure")].map((figure) =>
            [...figure.querySelectorAll(".tools button")].map((one) => one.textContent).join());
          const alone = [...document.querySelectorAll("table")].filter((one) => !one.closest("figure"));
          return { figures, others: alone.map((one) =>
            one.closest(".scroll").nextElementSibling.matches(".tools")) };
        })()`);
        const { figures, others } = counts as { figures: string[]; others: boolean[] };
        expect(figures.length).toBeGreaterThan(3);
        expect(new Set(figures)).toEqual(new Set(["SVG,CSV"]));
        expect(new Set(others)).toEqual(new Set([true]));
        await page.close();
      }
    });

    test("a CSV file has the numbers unrounded, with their units, and the interval in columns", async () => {
      const { page, requests } = await open("adequate");
      const { file, text } = await saved(
        page,
        "Save CSV of Cost and quality by rank; under each mean its 95% interval, or what it rests on instead.",
      );
      expect(file).toBe("spam-ranks-ranks.csv");
      const [head, ...lines] = text.trimEnd().split("\r\n");
      expect(head).toContain('"Accuracy mean, %","Accuracy mean low, %","Accuracy mean high, %"');
      expect(head).toContain('"Adapter file, bytes","Optimiser state, bytes"');
      const { ranks } = scenes.adequate().decision;
      expect(lines.length).toBe(ranks.length);
      for (const [index, { rank, accuracy, interval, shortfallBound }] of ranks.entries()) {
        const cells = lines[index]!.split(",");
        expect(cells[0]).toBe(String(rank));
        const expected = [accuracy!, ...interval!, shortfallBound!].map((x) => 100 * x);
        for (const [at, value] of cells.slice(7, 11).entries())
          expect(Number(value)).toBeCloseTo(expected[at]!, 3);
      }
      expect(lines[2]).toMatch(/^8,recommended,332544,/);
      expect(requests.filter((url) => !url.startsWith("blob:")).length).toBe(1);
      await page.close();
    });

    test("an SVG file looks right alone: light colours, type and titles of its own, no style sheet", async () => {
      const { page } = await open("adequate", { dark: true, width: 360 });
      const { file, text } = await saved(page, "Save SVG of Quality by rank: Accuracy");
      expect(file).toBe("spam-ranks-quality-accuracy.svg");
      expect(text).not.toMatch(/var\(|<style|tabindex|data-tip/);
      expect(text).toContain("<title>rank 2, seed 0: ");
      await page.goto(`data:image/svg+xml,${encodeURIComponent(text)}`);
      const looks = (selector: string) =>
        page
          .locator(selector)
          .first()
          .evaluate((element) => {
            const { fill, stroke, fontSize } = getComputedStyle(element);
            return { fill, stroke, fontSize };
          });
      expect((await looks(".interval.chosen circle")).fill).toBe("rgb(10, 107, 98)");
      expect((await looks(".interval.plain line")).stroke).toBe("rgb(26, 29, 33)");
      expect((await looks("path.pair")).fill).toBe("none");
      await page.close();
    });

    test("panels are saved beside each other in one file", async () => {
      const { page } = await open("adequate");
      const { text } = await saved(page, "Save SVG of Training loss by rank");
      const places = [...text.matchAll(/<svg [^>]*class="chart loss"[^>]*>/g)].map(([tag]) =>
        ["x", "y"].map((name) => Number(new RegExp(` ${name}="(\\d+)"`).exec(tag)?.[1])),
      );
      expect(places.length).toBe(5);
      expect(new Set(places.map(String)).size).toBe(5);
      expect(new Set(places.map(([, y]) => y)).size).toBe(2);
      await page.close();
    });

    test("what only looks like a formula or a number stays text", async () => {
      const { page } = await open("withFailures");
      const row = "document.querySelector('#runs tbody tr')";
      await page.evaluate(`${row}.children[2].textContent = '=HYPERLINK("x")'`);
      await page.evaluate(`${row}.children[3].textContent = "00e123456789"`);
      const { text } = await saved(page, "Save CSV of Runs without a usable outcome");
      expect(text.split("\r\n")[1]).toBe(`2,4,"'=HYPERLINK(""x"")",00e123456789`);
      await page.close();
    });
  });

  describe("sorting", () => {
    const columnOf = (table: Locator, column: number) =>
      table
        .locator("tbody tr")
        .evaluateAll((rows, at) => rows.map((row) => row.children[at]!.textContent.trim()), column);

    test("goes by the numbers, not by what is written, then back, and is told", async () => {
      const { page } = await open("adequate");
      const table = page.getByRole("table").first();
      const before = await columnOf(table, 0);
      const head = table.getByRole("columnheader", { name: "Adapter file" });
      const press = () => head.getByRole("button").click();
      expect(await head.getAttribute("aria-sort")).toBeNull();
      await press();
      expect(await head.getAttribute("aria-sort")).toBe("ascending");
      expect(await page.getByRole("status").textContent()).toBe("Sorted by Adapter file, ascending.");
      // 342 kB, 674 kB, 1.34 MB: by text it would begin with 1.34
      expect(await columnOf(table, 0)).toEqual(before);
      await press();
      expect(await head.getAttribute("aria-sort")).toBe("descending");
      expect(await columnOf(table, 0)).toEqual(before.toReversed());
      await press();
      expect(await head.getAttribute("aria-sort")).toBeNull();
      expect(await columnOf(table, 0)).toEqual(before);
      await page.close();
    });

    test("is offered where at least three rows can change places", async () => {
      const { page } = await open("rateDecides");
      const tables = await page.evaluate<[number, boolean][]>(
        "[...document.querySelectorAll('table')].map((one) => [one.tBodies[0].rows.length, one.querySelector('th button') !== null])",
      );
      expect(new Set(tables.map(([rows]) => rows))).toEqual(new Set([2, 3, 5, 11, 15]));
      for (const [rows, isSortable] of tables) expect(isSortable, `${rows} rows`).toBe(rows > 2);
      await page.close();
    });

    test("keeps the means below the seeds, and nothing before something", async () => {
      const { page } = await open("withFailures");
      await openFolds(page);
      const table = page.getByRole("table", { name: "Accuracy by seed and rank" });
      const head = table.getByRole("columnheader", { name: "rank 32" });
      for (const order of ["ascending", "descending"]) {
        await head.getByRole("button").click();
        expect(await head.getAttribute("aria-sort")).toBe(order);
        const values = await columnOf(table, 5);
        expect(values.slice(3)).toEqual(["–", "–"]); // two runs diverged
        const numbers = values.slice(0, 3).map(Number.parseFloat);
        expect(numbers).toEqual(numbers.toSorted((a, b) => (order === "ascending" ? a - b : b - a)));
        expect(await table.locator("tfoot tr").count()).toBe(2);
      }
      await page.close();
    });
  });

  describe("tooltips", () => {
    const tip = (page: Page) => page.locator(".tip");

    test("come at once under a pointer near a mark, and go with it", async () => {
      const { page } = await open("adequate");
      const mark = page.locator("svg.quality .seed circle").first();
      await mark.scrollIntoViewIfNeeded();
      const { x, y } = (await mark.boundingBox())!;
      await page.mouse.move(x - 6, y + 3);
      expect(await tip(page).textContent()).toMatch(/^rank 2, seed 0: 9\d\.\d%$/);
      const box = (await tip(page).boundingBox())!;
      expect(box.y + box.height).toBeLessThan(y);
      await page.mouse.move(5, 5);
      expect(await tip(page).isVisible()).toBe(false);
      await page.close();
    });

    test("stay after a tap, until the next one", async () => {
      const { page } = await open("adequate", { width: 360, touch: true });
      await page.locator("svg.quality .seed circle").nth(30).tap();
      expect(await tip(page).textContent()).toMatch(/^rank 16, seed \d: 9\d\.\d%$/);
      expect(await tip(page).isVisible()).toBe(true);
      const { x, width } = (await tip(page).boundingBox())!;
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(360);
      await page.getByRole("heading", { name: "Quality by rank" }).tap({ position: { x: 200, y: 5 } });
      expect(await tip(page).isVisible()).toBe(false);
      await page.close();
    });

    test("go from mark to mark by the arrow keys, are told, and leave by Escape", async () => {
      const { page } = await open("adequate");
      const chart = page.locator("svg.difference");
      await chart.focus();
      await page.keyboard.press("ArrowRight");
      const second = await tip(page).textContent();
      expect(second).toMatch(/^behind any other rank by at most 5\.2 points$/);
      expect(await page.getByRole("status").textContent()).toBe(second);
      await page.keyboard.press("ArrowLeft");
      expect(await tip(page).textContent()).toMatch(/^rank 2 −4\.8, interval/);
      await page.keyboard.press("Escape");
      expect(await tip(page).isVisible()).toBe(false);
      await page.close();
    });
  });
});
