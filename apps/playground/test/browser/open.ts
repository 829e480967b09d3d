import axe from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";
import { CHROMIUM_PATH, hasChromium, launchChromium } from "../../../../scripts/chromium.ts";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { type Served, type ServeOptions, serveFolder } from "../../scripts/serve-folder.ts";
import { buildPlayground } from "../../src/build.ts";

export { hasChromium };

if (!hasChromium) {
  console.log(
    `Skipped: the playground in a browser, for there is no Chromium at ${CHROMIUM_PATH} (apt-get install chromium).`,
  );
}

export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly served: Served;
  /** What was asked of any other address than the page's own. */
  readonly strangers: string[];
}

/** Builds the page and starts a browser for the tests of a file. */
export function playgroundVisitor(
  flags?: readonly string[],
): (look?: Parameters<Browser["newContext"]>[0], host?: ServeOptions) => Promise<Visit> {
  const folder = temporaryFolder();
  let browser: Browser;
  beforeAll(async () => {
    await buildPlayground(folder);
    browser = await launchChromium(flags);
  });
  afterAll(async () => {
    await browser?.close();
  });
  return async (look = {}, host = {}) => {
    const served = await serveFolder(folder, host);
    // An empty profile, in memory.
    const context = await browser.newContext(look);
    onTestFinished(async () => {
      await context.close();
      served.server.close();
    });
    const strangers: string[] = [];
    context.on("request", (request) => {
      const isOwn = request.url().startsWith(served.address) || request.url().startsWith("blob:");
      if (!isOwn) strangers.push(request.url());
    });
    const page = await context.newPage();
    await page.goto(served.address);
    await page.getByRole("button", { name: "Start" }).waitFor();
    return { page, context, served, strangers };
  };
}

export interface Sizes {
  readonly ranks?: string;
  readonly seeds?: number;
  readonly train?: number;
  readonly validation?: number;
  readonly epochs?: number;
  readonly evaluateEvery?: number | "";
}

/** Fills in a comparison of few steps. */
export async function askFor(
  page: Page,
  { ranks = "2, 8", seeds = 2, train = 32, validation = 40, epochs = 1, evaluateEvery = "" }: Sizes,
) {
  const fill = (label: string, value: string | number) =>
    page.getByLabel(label, { exact: true }).fill(String(value));
  await fill("Ranks", ranks);
  await fill("Seeds", seeds);
  await fill("Training examples", train);
  await fill("Validation examples", validation);
  await page.getByText("More settings").click();
  await fill("Epochs", epochs);
  await fill("Max length", 32);
  await fill("Evaluate every", evaluateEvery);
}

/** Waits until the page has this, and fails at once where it shows a failure instead. */
export async function reached(page: Page, selector: string): Promise<void> {
  await page.locator(`${selector}, .failure`).first().waitFor();
  expect(await page.locator(".failure").allTextContents()).toEqual([]);
}

export async function violations(page: Page): Promise<string[]> {
  // The page's policy lets no script in, the test's neither; this way does not ask it.
  await page.evaluate(axe.source);
  const found = await page.evaluate<{ id: string; nodes: { html: string }[] }[]>(
    "axe.run().then(({ violations }) => violations)",
  );
  return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

/** Elements that lie outside a window of this width. */
export async function escaped(page: Page, width: number): Promise<string[]> {
  return page.locator("body *:not(.status, svg *, .scroll *, .pick input)").evaluateAll(
    (elements, width) =>
      elements
        .filter((element) => {
          const { left, right, width: own } = element.getBoundingClientRect();
          return own > 0 && (left < -1 || right > width + 1);
        })
        .map((element) => element.outerHTML.slice(0, 120)),
    width,
  );
}

/** What a click lets the browser save. */
export async function downloaded(page: Page, button: string): Promise<{ name: string; path: string }> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: button, exact: true }).click(),
  ]);
  return { name: download.suggestedFilename(), path: await download.path() };
}
