// Threads need headers. Where the host sends none, the service worker adds them from the second load on.
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { isolationHeaders } from "../../src/isolation.ts";
import { askFor, hasChromium, playgroundVisitor } from "./open.ts";

/** Starts a comparison of few steps, and waits until one of its trials runs. */
async function start(page: Page): Promise<void> {
  await askFor(page, { seeds: 1, train: 8, validation: 10 });
  await page.getByRole("button", { name: "Start" }).click();
  await page.locator("#trials .cell:is(.running, .done)").first().waitFor();
}

/** Counts the loads of the page. */
function loadsOf(page: Page): { count: number } {
  const loads = { count: 0 };
  page.on("domcontentloaded", () => loads.count++);
  return loads;
}

describe.skipIf(!hasChromium)("threads in Chromium", () => {
  const visit = playgroundVisitor();

  test("a first visit has them: the page reloads itself when a comparison starts, and keeps what was typed", async () => {
    const { page } = await visit();
    const loads = loadsOf(page);
    expect(await page.evaluate("crossOriginIsolated")).toBe(false);
    await start(page);
    expect(await page.evaluate("crossOriginIsolated")).toBe(true);
    await page.getByRole("button", { name: "Stop and change settings" }).click();
    expect(await page.getByLabel("Training examples", { exact: true }).inputValue()).toBe("8");
    await start(page);
    expect(loads.count).toBe(1);
  });

  test.each(["allow", "block"] as const)(
    "a host that sends the headers gives them at once, without another load (service workers: %s)",
    async (serviceWorkers) => {
      const { page } = await visit({ serviceWorkers }, { headers: isolationHeaders });
      const loads = loadsOf(page);
      expect(await page.evaluate("crossOriginIsolated")).toBe(true);
      await start(page);
      expect(await page.evaluate("crossOriginIsolated")).toBe(true);
      await page.getByRole("button", { name: "Stop and change settings" }).click();
      await start(page);
      expect(loads.count).toBe(0);
    },
  );

  test("a pause while the inputs are still being stored outlasts the visit", async () => {
    const { page } = await visit();
    await askFor(page, { seeds: 1, train: 8, validation: 10 });
    await page.evaluate(`{
      const press = (name) => [...document.querySelectorAll("button")].find((one) => one.textContent === name)?.click();
      new MutationObserver((_, observer) => {
        if (!document.body.textContent.includes("Pause")) return;
        observer.disconnect();
        press("Pause");
      }).observe(document.body, { childList: true, subtree: true, characterData: true });
      press("Start");
    }`);
    await page.getByText("Paused.", { exact: true }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Continue" }).waitFor();
  });

  test("a browser that isolates no page is asked once, and trains with one thread", async () => {
    const { page, context, served } = await visit();
    await context.addInitScript("Object.defineProperty(window, 'crossOriginIsolated', { value: false })");
    await page.goto(served.address);
    await page.getByRole("button", { name: "Start" }).waitFor();
    const loads = loadsOf(page);
    await start(page);
    await page.getByRole("button", { name: "Stop and change settings" }).click();
    await start(page);
    expect(loads.count).toBe(1);
  });

  test("without a service worker the page stays as it is", async () => {
    const { page } = await visit({ serviceWorkers: "block" });
    const loads = loadsOf(page);
    await start(page);
    expect(await page.evaluate("crossOriginIsolated")).toBe(false);
    expect(loads.count).toBe(0);
  });
});
