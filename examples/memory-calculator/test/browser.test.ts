import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { matchCatalogueModel } from "@lorank/core/memory";
import axe from "axe-core";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHROMIUM_PATH, hasChromium, launchChromium } from "../../../scripts/chromium.ts";
import { buildPage } from "../src/build.ts";

if (!hasChromium)
  console.log(`Skipped: the calculator in a browser, for there is no Chromium at ${CHROMIUM_PATH}.`);

/** What a screen reader says of a field after its name. */
function description(field: Element): string {
  const ids = field.getAttribute("aria-describedby")?.split(" ") ?? [];
  return ids.map((id) => document.getElementById(id)?.textContent).join(" ");
}

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

  test("opens from a file on what fits, answers what is typed, and asks for nothing", async () => {
    const { page, requests } = await open("light", 1280);
    const field = (label: string) => page.getByLabel(label, { exact: true });
    const answer = page.getByRole("region", { name: "Answer" });
    expect(await answer.textContent()).toMatch(
      /^meta-llama\/Llama-3\.1-8B, 1 × 1,024 tokens, on a 24 GB card: ranks 4 to 64 with QLoRA and gradient checkpointing fit/,
    );
    await field("Method").selectOption("lora");
    expect(await answer.textContent()).toContain("do not fit");
    expect(await field("Checkpointing").inputValue()).toBe("off");
    await field("Profile").selectOption("unsloth");
    expect(await field("Checkpointing").inputValue()).toBe("offload");
    await field("Base in").selectOption("nf4-dq");
    expect(await answer.textContent()).not.toContain("do not fit");
    expect(requests).toEqual([pathToFileURL(file).href]);
    await page.close();
  });

  test("a model is found by typing, and picked by key or by pointer", async () => {
    const { page } = await open("light", 1280);
    const answer = page.getByRole("region", { name: "Answer" });
    const model = page.getByRole("combobox", { name: "Model" });
    const options = page.getByRole("listbox", { name: "Models" }).getByRole("option");
    await model.click();
    expect(await model.getAttribute("aria-expanded")).toBe("true");
    expect(await options.count()).toBeGreaterThan(100);
    // The click selected the name, so typing replaces it; half a name is no error.
    await page.keyboard.type("qwen3 8");
    expect(await options.allTextContents()).toContain("Qwen/Qwen3-8B");
    expect(await page.locator(".combobox [role=status]").first().textContent()).toMatch(/^\d suggestions$/);
    const active = () => page.locator("#model-list [aria-selected=true]");
    expect(await active().textContent()).toBe("Qwen/Qwen3-8B");
    expect(await model.getAttribute("aria-activedescendant")).toBe(await active().getAttribute("id"));
    await page.keyboard.press("ArrowDown");
    expect(await active().textContent()).not.toBe("Qwen/Qwen3-8B");
    await page.keyboard.press("ArrowUp");
    expect(await answer.textContent()).toMatch(/^meta-llama/);
    await page.keyboard.press("Enter");
    expect(await model.inputValue()).toBe("Qwen/Qwen3-8B");
    expect(await model.getAttribute("aria-expanded")).toBe("false");
    expect(await answer.textContent()).toMatch(/^Qwen\/Qwen3-8B, /);
    await page.keyboard.type("x");
    await page.keyboard.press("Escape");
    expect(await model.inputValue()).toBe("Qwen/Qwen3-8B");
    expect(await model.getAttribute("aria-invalid")).toBeNull();
    await model.fill("llama 3.2");
    await options.filter({ hasText: "Llama-3.2-3B" }).click();
    expect(await answer.textContent()).toMatch(/^meta-llama\/Llama-3\.2-3B, /);
    const card = page.getByRole("combobox", { name: "Card", exact: true });
    await card.fill("40");
    await page.keyboard.press("Enter");
    // What may be free text is not replaced by what resembles it.
    expect(await card.inputValue()).toBe("40");
    await card.fill("4090");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    expect(await answer.textContent()).toContain("on an RTX 4090 (24 GB): ");
    await page.close();
  });

  test.each([
    ["light", 1280],
    ["light", 390],
  ] as const)(
    "a wrong field has its error beside it, moves nothing, and keeps the answer: %s, %i pixels",
    async (scheme, width) => {
      const { page } = await open(scheme, width);
      const answer = page.getByRole("region", { name: "Answer" });
      const [length, below] = [page.getByLabel("Length"), page.getByLabel("Layers with an adapter")];
      const sentence = await answer.textContent();
      const tables = await page.getByRole("region", { name: "Details" }).textContent();
      const places = async () => [await length.boundingBox(), await below.boundingBox()];
      await length.scrollIntoViewIfNeeded();
      const before = await places();
      await length.fill("many");
      const message = 'length must be a positive integer, got "many"';
      // Nobody has to leave the field to be told.
      await page.getByText(message).waitFor();
      expect(await length.getAttribute("aria-invalid")).toBe("true");
      expect(await length.evaluate(description)).toBe(`tokens; 8k is 8192 ${message}`);
      expect(await answer.textContent()).toBe(`Length is wrong. The answer before: ${sentence}`);
      expect(await page.getByRole("region", { name: "Details" }).textContent()).toBe(tables);
      expect(await places()).toEqual(before);
      const [field, error] = [(await length.boundingBox())!, (await page.getByText(message).boundingBox())!];
      expect(error.y - (field.y + field.height)).toBeLessThan(6);
      await length.fill("2k");
      expect(await length.getAttribute("aria-invalid")).toBeNull();
      expect(await page.getByText(message).count()).toBe(0);
      expect(await answer.textContent()).toMatch(/^meta-llama\/Llama-3\.1-8B, 1 × 2,048 tokens/);
      expect(await places()).toEqual(before);
      await page.close();
    },
  );

  test("a field that is left wrong is called so at once, and two are named", async () => {
    const { page } = await open("light", 1280);
    await page.getByLabel("Ranks").fill("8,");
    await page.getByRole("combobox", { name: "Model" }).fill("my-model");
    await page.keyboard.press("Tab");
    await page.getByLabel("Number of cards").fill("0");
    await page.keyboard.press("Tab");
    expect(await page.getByRole("region", { name: "Answer" }).textContent()).toMatch(
      /^Model and Number of cards are wrong\. The answer before: meta-llama/,
    );
    expect(await page.locator("[aria-invalid]").count()).toBe(2);
    await page.close();
  });

  test("several cards make a choice of what they share", async () => {
    const { page } = await open("light", 1280);
    const answer = page.getByRole("region", { name: "Answer" });
    const strategy = page.getByLabel("Several cards share");
    expect(await strategy.isDisabled()).toBe(true);
    await page.getByLabel("Number of cards").fill("2");
    expect(await strategy.isEnabled()).toBe(true);
    await strategy.selectOption("fsdp");
    expect(await answer.textContent()).toContain("on each of 2 × 24 GB with fsdp: ");
    await page.getByLabel("Number of cards").fill("1");
    expect(await strategy.isDisabled()).toBe(true);
    expect(await answer.textContent()).toContain("on a 24 GB card: ");
    await page.close();
  });

  test("says hours and cost beside the answer once data is typed, and that they are not known", async () => {
    const { page } = await open("light", 1280);
    const answer = page.getByRole("region", { name: "Answer" });
    await page.getByLabel("Number of examples").fill("10000");
    await answer.getByText("hours are not known: no card is named; ").waitFor();
    await page.getByRole("combobox", { name: "Card", exact: true }).fill("RTX 4090");
    await page.keyboard.press("Tab");
    await page.getByLabel("Epochs").fill("3");
    await page.getByLabel("Price of a card's hour").fill("0.5");
    expect(await answer.textContent()).toMatch(/: 30\.7 M tokens take about .* hours, at a cost of /);
    expect(await page.getByRole("columnheader", { name: "cost (likely)" }).count()).toBe(1);
    await page.getByLabel("Number of examples").fill("");
    await page.keyboard.press("Tab");
    expect(await answer.textContent()).toMatch(/^Number of examples is wrong\. The answer before: /);
    await page.close();
  });

  test("takes a pasted config, and the named model again where it is taken out", async () => {
    const { page } = await open("light", 1280);
    const answer = page.getByRole("region", { name: "Answer" });
    await page.getByText("Another model: its config.json").click();
    const config = page.getByLabel("Text of config.json");
    await config.fill("{");
    await page.getByText("config.json must be JSON").waitFor();
    const { config: fields } = matchCatalogueModel("llama-3.2-1b")!.model;
    await config.fill(JSON.stringify(fields));
    expect(await answer.textContent()).toMatch(/^llama, 1 × 1,024 tokens, /);
    await config.fill("");
    expect(await answer.textContent()).toMatch(/^meta-llama\/Llama-3\.1-8B, /);
    await page.close();
  });

  test("what somebody opened below stays open when a value changes", async () => {
    const { page } = await open("light", 1280);
    await page.getByText("The same on the command line").click();
    await page.getByLabel("Ranks").fill("8");
    expect(await page.getByText(/^lorank memory .* --ranks 8 /).isVisible()).toBe(true);
    await page.close();
  });

  test("shows the base that QLoRA takes, and the one before again", async () => {
    const { page } = await open("light", 1280);
    const [base, method] = [page.getByLabel("Base in"), page.getByLabel("Method")];
    await method.selectOption("lora");
    expect(await base.inputValue()).toBe("bf16");
    await base.selectOption("fp16");
    await method.selectOption("qlora");
    expect(await base.inputValue()).toBe("nf4-dq");
    await method.selectOption("lora");
    expect(await base.inputValue()).toBe("fp16");
    await page.close();
  });

  test("on a phone the peaks on the card are in sight", async () => {
    const { page } = await open("light", 390);
    const card = (await page.getByRole("columnheader", { name: "card" }).first().boundingBox())!;
    expect(card.x + card.width).toBeLessThanOrEqual(390);
    await page.close();
  });

  test.each([
    ["4090", "10.2 M tokens take about"],
    ["24GB", "hours are not known"],
  ])("on a phone memory and hours on %s are read without scrolling the answer", async (gpu, said) => {
    const { page } = await open("light", 390);
    const answer = page.getByRole("region", { name: "Answer" });
    await page.locator("[name=gpu]").fill(gpu);
    await page.locator("[name=examples]").fill("10000");
    await page.locator("[name=price]").fill("0.5");
    await page.locator(".hours").waitFor();
    expect(await answer.textContent()).toContain(said);
    expect(await answer.evaluate((box) => box.scrollHeight - box.clientHeight)).toBe(0);
    expect((await answer.boundingBox())!.y).toBe(0);
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
    expect(await answer.textContent()).toContain("on an 80 GB card: ranks 4 to 64 ");
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
      await page.getByLabel("Length").fill("many");
      await page.getByRole("combobox", { name: "Model" }).fill("llama 8b");
      expect(await page.locator("[aria-invalid=true]").count()).toBe(1);
      expect(await page.getByRole("listbox").count()).toBe(1);
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
