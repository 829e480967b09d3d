// The page of a sweep in a browser: a sweep goes from its first step to its report, and the page with it.
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { CHROMIUM_PATH, hasChromium, launchChromium } from "../../../scripts/chromium.ts";
import type { Repeat } from "../src/commands/watch/server.ts";
import { watchSweep } from "../src/commands/watch/watch.ts";
import { watchedSweep } from "./watched-sweep.ts";

if (!hasChromium) {
  console.log(
    `Skipped: a sweep's page in a browser, for there is no Chromium at ${CHROMIUM_PATH} (apt-get install chromium).`,
  );
}

/** Fifteen times as often as usual. */
const often: Repeat = (callback) => {
  const timer = setInterval(callback, 100);
  return () => clearInterval(timer);
};

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<{ id: string; nodes: { html: string }[] }[]>(
    "axe.run().then(({ violations }) => violations)",
  );
  return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

describe.skipIf(!hasChromium)("a sweep's page in Chromium", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  async function opened(address: string, look: Parameters<Browser["newPage"]>[0] = {}) {
    const page = await browser.newPage(look);
    onTestFinished(() => page.close());
    await page.goto(address);
    return { page };
  }

  test("follows the sweep without a reload, stops a rank, and becomes the report", async () => {
    const { out, start, finish, complete } = watchedSweep();
    const said: string[] = [];
    const server = await watchSweep(out, {}, (words) => said.push(words), often);
    onTestFinished(() => server.close());
    const { page } = await opened(server.address);
    const cell = (name: string) => page.locator(`[id="cell-${name}"]`);
    const has = (name: string, text: string) => cell(name).getByText(text).waitFor();
    expect(await cell("r2-s1").textContent()).toBe("queued");
    await page.evaluate("window.isSame = true");

    const log = start();
    for (const step of [1, 2, 3]) log.event({ kind: "step", step, steps: 5, loss: 1 / step });
    await has("r2-s1", "step 3 of 5");
    expect(await cell("r2-s1").locator("svg").getAttribute("aria-label")).toBe(
      "Training loss from 1 to 0.333 nats",
    );
    await finish(2);
    await page.locator("#state").getByText("2 of 6 trials done").waitFor();
    await page.locator("#state").getByText("Not a decision yet.").waitFor();
    expect(await page.locator("#quality circle").count()).toBe(2 * 2);
    await page.locator("#quality summary").first().click();
    await page.getByRole("button", { name: "Stop rank 8" }).focus();
    expect(await violations(page)).toEqual([]);
    await finish(4);
    await page.locator("#quality details[open]").getByRole("rowheader", { name: "2" }).waitFor();
    expect(await page.evaluate("document.activeElement.value")).toBe("8");
    expect(await page.evaluate("window.isSame")).toBe(true);

    await page.getByRole("button", { name: "Stop rank 8" }).click();
    await has("r8-s3", "left out");
    await has("r2-s3", "queued");

    await finish(6);
    complete();
    await page.locator("#verdict").waitFor();
    expect(page.url()).toBe(server.address);
    expect(await page.title()).not.toMatch(/^\d/);
    expect(said).toEqual([]);
  });

  test("on a phone nothing runs out of the window, in the dark all can be read, and a lost server is told", async () => {
    const seeds = Array.from({ length: 12 }, (_, i) => i);
    const { out, start, finish } = watchedSweep({ ranks: [2, 4, 8, 16], seeds });
    start();
    await finish(6);
    const server = await watchSweep(out, {}, () => {}, often);
    const { page } = await opened(server.address, {
      viewport: { width: 360, height: 780 },
      colorScheme: "dark",
    });
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
    const escaped = await page.locator("body *:not(.status, svg *, .scroll *)").evaluateAll((elements) =>
      elements
        .filter((element) => {
          const { left, right, width } = element.getBoundingClientRect();
          return width > 0 && (left < 0 || right > 360);
        })
        .map((element) => element.outerHTML.slice(0, 100)),
    );
    expect(escaped).toEqual([]);
    await server.close();
    await page.getByText("No connection").waitFor();
  });
});
