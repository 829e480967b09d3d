import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHROMIUM_PATH, hasChromium, launchChromium } from "../../../scripts/chromium.ts";
import { buildPage } from "../src/build.ts";

if (!hasChromium)
  console.log(`Skipped: the calculator in a browser, for there is no Chromium at ${CHROMIUM_PATH}.`);

describe.skipIf(!hasChromium)("the calculator in Chromium", () => {
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), "lorank-calculator-"));
  const file = join(folder, "calculator.html");
  beforeAll(async () => {
    writeFileSync(file, await buildPage());
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(colorScheme: "light" | "dark", width: number) {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    return { page, requests };
  }

  test("opens from a file, answers what is typed, and asks for nothing", async () => {
    const { page, requests } = await open("light", 1280);
    const answer = page.getByRole("region", { name: "Answer" });
    expect(await answer.textContent()).toContain("do not fit");
    await page.locator("[name=base]").selectOption("nf4-dq");
    await page.locator("[name=profile]").selectOption("unsloth");
    expect(await page.locator("[name=checkpointing]").inputValue()).toBe("offload");
    expect(await answer.textContent()).not.toContain("do not fit");
    await page.locator("[name=ranks]").fill("0");
    expect(await answer.textContent()).toContain("ranks must be a positive integer");
    await page.locator("[name=ranks]").fill("8");
    await page.locator("[name=config]").fill("{");
    expect(await answer.textContent()).toContain("config.json must be JSON");
    expect(requests).toEqual([pathToFileURL(file).href]);
    await page.close();
  });

  test("shows the base that QLoRA takes, and the one before again", async () => {
    const { page } = await open("light", 1280);
    const base = page.locator("[name=base]");
    await base.selectOption("fp16");
    await page.locator("[name=method]").selectOption("qlora");
    expect(await base.inputValue()).toBe("nf4-dq");
    await page.locator("[name=method]").selectOption("lora");
    expect(await base.inputValue()).toBe("fp16");
    await page.close();
  });

  test("on a phone the peaks on the card are in sight", async () => {
    const { page } = await open("light", 390);
    const card = (await page.getByRole("columnheader", { name: "card" }).first().boundingBox())!;
    expect(card.x + card.width).toBeLessThanOrEqual(390);
    await page.close();
  });

  test("on a phone the answer comes before the fields, and stays in sight of the last one", async () => {
    const { page } = await open("light", 390);
    const answer = page.getByRole("region", { name: "Answer" });
    const first = (await page.locator("[name=model]").boundingBox())!;
    const above = (await answer.boundingBox())!;
    expect(above.y + above.height).toBeLessThan(first.y);
    const last = page.locator("form :is(input, select)").last();
    await last.focus();
    const [shown, field] = [(await answer.boundingBox())!, (await last.boundingBox())!];
    expect(shown.y).toBe(0);
    expect(shown.y + shown.height).toBeLessThan(field.y);
    await page.locator("[name=gpu]").fill("80GB");
    expect(await answer.textContent()).toContain("80GB: ranks 4, 8, 16, 32, 64 fit.");
    // A field that lies behind it comes out when the keyboard reaches it.
    const hidden = page.locator("[name=profile]");
    await hidden.evaluate((field) => scrollTo(0, scrollY + field.getBoundingClientRect().y));
    await page
      .locator("[name=variant]")
      .evaluate((field: HTMLElement) => field.focus({ preventScroll: true }));
    await page.keyboard.press("Shift+Tab");
    expect((await hidden.boundingBox())!.y).toBeGreaterThan((await answer.boundingBox())!.height);
    await page.close();
  });

  test.each([
    ["light", 1280],
    ["dark", 1280],
    ["light", 390],
    ["dark", 390],
  ] as const)(
    "axe-core finds nothing wrong, nothing is wider than the window: %s, %i pixels",
    async (scheme, width) => {
      const { page } = await open(scheme, width);
      await page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true");
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      await page.evaluate(axe.source);
      const found = (await page.evaluate(
        "axe.run(document, { resultTypes: ['violations'] })",
      )) as axe.AxeResults;
      expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`)).toEqual([]);
      expect(found.passes.map(({ id }) => id)).toContain("color-contrast");
      await page.close();
    },
  );
});
