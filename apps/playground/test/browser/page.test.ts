// What the page does around a comparison.
import { existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { modelFolder } from "@lorank/starter";
import type { Page } from "playwright-core";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { heard, warned } from "../../../../scripts/warned.ts";
import { askFor, escaped, hasChromium, playgroundVisitor, reached, violations } from "./open.ts";

/** What a browser tells a page whose tab is no longer looked at. */
async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
}

/** Presses Stop as soon as the page shows the first piece of the next answers. */
async function stopAtFirstToken(page: Page): Promise<void> {
  await page.evaluate(() => {
    const list = document.querySelector(".answers")!;
    const observer = new MutationObserver(() => {
      const stop = [...document.querySelectorAll("button")].find(({ textContent }) => textContent === "Stop");
      if (list.querySelectorAll("dd").length !== 1 || stop === undefined) return;
      observer.disconnect();
      stop.click();
    });
    observer.observe(document.querySelector("#ask")!, {
      childList: true,
      subtree: true,
      characterData: true,
    });
  });
}

describe.skipIf(!hasChromium)("the playground in Chromium", () => {
  const visit = playgroundVisitor();

  test("checks its gradients, and on a phone in the dark nothing runs out of the window", async () => {
    const { page } = await visit({ viewport: { width: 360, height: 780 }, colorScheme: "dark" });
    await page.getByRole("button", { name: "Check gradients" }).click();
    await page.getByText("The same, but for float32 rounding.").waitFor();
    expect(await page.locator(".checked").textContent()).toMatch(
      /gradients of \d+ tensors: \d\.\d · 10⁻[⁵⁶⁷]/,
    );
    await page.getByText("More settings").click();
    expect(await violations(page)).toEqual([]);
    expect(await escaped(page, 360)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
  });

  test("says in words what is wrong, beside the field and before anything runs", async () => {
    const { page } = await visit();
    await page.getByLabel("Ranks", { exact: true }).fill("8, eight");
    await page.getByText("A file of yours").click();
    await page.getByRole("button", { name: "Start" }).click();
    const alert = page.getByRole("alert");
    expect(await alert.textContent()).toBe(
      'Ranks must be two or more different whole numbers such as 2, 8, got "8, eight".Data must be a file, got none.',
    );
    expect(await page.getByLabel("Ranks", { exact: true }).getAttribute("aria-invalid")).toBe("true");

    const buffer = Buffer.from("a,b\n1,2\n3,4\n");
    await page
      .locator("input[type=file]")
      .setInputFiles({ name: "numbers.csv", mimeType: "text/csv", buffer });
    await page.getByLabel("Ranks", { exact: true }).fill("2, 8");
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByRole("alert").getByText("numbers.csv").first().waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test("guesses the time before Start without a file of the engine, and takes it from the runs afterwards", async () => {
    const { page, served } = await visit({ serviceWorkers: "block" });
    await page.getByText(/^About .*: a guess from this processor's speed/).waitFor();
    expect(served.requests.filter((path) => !/\.(js|css|svg)$|^\/$/.test(path))).toEqual([]);
    await page.getByLabel("Seeds", { exact: true }).fill("many");
    await page.getByText("a guess from").waitFor({ state: "detached" });
    await askFor(page, { seeds: 1, train: 16, validation: 20 });
    await page.getByRole("button", { name: "Start" }).click();
    await reached(page, "#verdict");
    await page.getByRole("button", { name: "Compare again" }).click();
    await page.getByText(/^About .* here, as the runs before took\.$/).waitFor();
  });

  test("the base and the adapters of a chat model answer a prompt, and a stopped answer stays as it is", async () => {
    const { page } = await visit({ viewport: { width: 360, height: 780 } });
    const folder = temporaryFolder();
    const rows = Array.from({ length: 16 }, (_, i) =>
      JSON.stringify({ prompt: `Say ${i}`, response: `${i}` }),
    );
    writeFileSync(join(folder, "numbers.jsonl"), rows.join("\n"));
    await askFor(page, { seeds: 1, train: 8, validation: 8, epochs: 1 });
    await page.locator(".drop input[type=file]").nth(0).setInputFiles(join(folder, "numbers.jsonl"));
    await page.getByText("Its columns: prompt, response.").waitFor();
    expect(
      await page.locator("#columns option").evaluateAll((all) => all.map((one) => one.getAttribute("value"))),
    ).toEqual(["prompt", "response"]);
    await page.getByRole("button", { name: "Start" }).click();
    await reached(page, "#ask");
    expect(await page.locator("h1 + p").textContent()).toBe("11 of 16 rows used.");

    const answers = page.locator(".answers");
    await page.getByLabel("Prompt").fill("Say 3");
    await page.getByRole("button", { name: "Answer" }).click();
    await page.locator("#ask:has(.answers > :nth-child(3)) button:text-is('Answer')").waitFor();
    expect(await answers.locator("dt").allTextContents()).toEqual([
      "The base, without an adapter",
      "Rank 2",
      "Rank 8",
    ]);
    const [base] = await answers.locator("dd").allTextContents();
    expect(base).toMatch(/\S/);
    expect(await violations(page)).toEqual([]);
    expect(await escaped(page, 360)).toEqual([]);

    await stopAtFirstToken(page);
    await page.getByRole("button", { name: "Answer" }).click();
    await page.locator("#ask:has(.answers > :first-child:last-child) button:text-is('Answer')").waitFor();
    const stopped = await answers.locator("dd").allTextContents();
    expect(base!.startsWith(stopped[0]!)).toBe(true);
    await page.getByRole("button", { name: "Compare again" }).click();
    await page.getByRole("button", { name: "Start" }).waitFor();
  });

  test("trains a checkpoint from a folder on a file; waits while hidden, when told to, and after a reload", async () => {
    const { page, strangers } = await visit();
    // A browser without its own picker of folders, as most are.
    await page.evaluate("delete window.showDirectoryPicker");
    const folder = temporaryFolder();
    const rows = Array.from({ length: 40 }, (_, i) =>
      i % 2 ? `buy this now ${i},spam` : `see you at ${i},ham`,
    );
    writeFileSync(join(folder, "mails.csv"), `text,label\n${rows.join("\n")}\n`);
    await askFor(page, { seeds: 1, train: 30, validation: 10, epochs: 6 });
    await page.getByText("A checkpoint of yours").click();
    await page.locator(".drop input[type=file]").nth(1).setInputFiles(modelFolder);
    await page.locator(".drop input[type=file]").nth(0).setInputFiles(join(folder, "mails.csv"));
    await page.getByRole("button", { name: "Start" }).click();
    await reached(page, "#trials .cell.running");

    await setHidden(page, true);
    await page.getByText("Paused, because the tab is hidden").waitFor();
    await page.locator("#state").getByText("paused:").waitFor();
    await setHidden(page, false);
    await page.locator("#state").getByText("running:").waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText("Paused.", { exact: true }).waitFor();
    await page.reload();
    await page.locator("#state").getByText("paused:").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Continue" }).click();
    await reached(page, "#verdict");
    expect(await page.locator("#provenance").textContent()).toContain("mails.csv");

    await page.getByRole("button", { name: "Compare again" }).click();
    expect(await page.getByRole("radio", { name: "mails.csv" }).isChecked()).toBe(true);
    expect(await page.getByRole("radio", { name: "model kept" }).isChecked()).toBe(true);
    await page.getByRole("button", { name: "Forget what is kept here" }).click();
    await page.getByRole("radio", { name: "mails.csv" }).waitFor({ state: "detached" });
    expect(strangers).toEqual([]);
  });

  test("a model from the hub is fetched once, and nothing else is", async () => {
    const { page, context, strangers } = await visit();
    await context.route("https://huggingface.co/**", (route) => {
      const file = join(modelFolder, new URL(route.request().url()).pathname.split("/").at(-1)!);
      return existsSync(file) ? route.fulfill({ path: file }) : route.fulfill({ status: 404 });
    });
    await askFor(page, { seeds: 1, train: 8, validation: 10 });
    await page.getByText("From the hub").click();
    await page.getByLabel("Hub id").fill("someone");
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByText('the id must be like HuggingFaceTB/SmolLM2-135M, got "someone"').waitFor();
    await page.getByText("From the hub").click();
    await page.getByLabel("Hub id").fill("someone/starter");
    await page.getByRole("button", { name: "Start" }).click();
    await reached(page, "#trials .cell.running");
    await page.getByRole("button", { name: "Stop and change settings" }).click();
    expect(await page.getByRole("radio", { name: "someone/starter" }).isChecked()).toBe(true);
    const of = "https://huggingface.co/someone/starter/resolve/main/";
    expect(strangers.every((url) => url.startsWith(of))).toBe(true);
    expect(strangers.filter((url) => url.endsWith("/model.safetensors"))).toHaveLength(1);
  });

  test("of two tabs one says that the other has the comparison", async () => {
    const { page, context, served } = await visit();
    const second = await context.newPage();
    await second.goto(served.address);
    const isBusy = (tab: Page) => tab.getByText("This playground is open in another tab").waitFor();
    await Promise.any([isBusy(page), isBusy(second)]);
  });

  test("neither the page nor its worker can reach another address", async () => {
    const requests: string[] = [];
    const stranger = createServer(({ url = "" }, response) => {
      requests.push(url);
      response.setHeader("access-control-allow-origin", "*").end();
    });
    await new Promise<void>((listening) => stranger.listen(0, "127.0.0.1", listening));
    onTestFinished(() => void stranger.close());
    const address = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/`;
    const { page } = await visit();
    const leak = (url: string) =>
      fetch(url).then(
        () => "sent",
        () => "refused",
      );
    expect(await page.evaluate(leak, address)).toBe("refused");
    const worker = page.workers()[0] ?? (await page.waitForEvent("worker"));
    expect(await worker.evaluate(leak, address)).toBe("refused");
    expect(requests).toEqual([]);
    await expect.poll(() => heard.length).toBe(2);
    expect(warned().every((text) => text.includes("Content Security Policy"))).toBe(true);
  });
});
