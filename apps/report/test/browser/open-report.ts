import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { CHROMIUM_PATH, hasChromium, launchChromium } from "../../../../scripts/chromium.ts";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { renderReport } from "../../src/index.ts";
import { armSweep, racedArms } from "../fixtures/arm-sweeps.ts";
import * as arms from "../fixtures/arms.ts";
import * as made from "../fixtures/scenes.ts";

if (!hasChromium) {
  console.log(
    `Skipped: the report in a browser, for there is no Chromium at ${CHROMIUM_PATH} (apt-get install chromium).`,
  );
}

const { twelveArms, fortyArms } = arms;

export const scenes = { ...made, twelveArms, fortyArms, armSweep, racedArms };

export interface Opened {
  readonly page: Page;
  /** Every address that the page asked for, itself included. */
  readonly requests: readonly string[];
}

export interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  readonly touch?: boolean;
  /** Whether the page's script may run (default true). */
  readonly script?: boolean;
}

/** Starts a browser for the tests of a file, and opens pages in it. */
export function pageOpener(): (name: string, html: string, look?: Look) => Promise<Opened> {
  let browser: Browser;
  const folder = temporaryFolder();
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
  });
  return async (
    name,
    html,
    { width = 1280, height = 800, dark = false, touch = false, script = true } = {},
  ) => {
    const file = join(folder, `${name}.html`);
    writeFileSync(file, html);
    const page = await browser.newPage({
      viewport: { width, height },
      colorScheme: dark ? "dark" : "light",
      hasTouch: touch,
      javaScriptEnabled: script,
    });
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    return { page, requests };
  };
}

/** Opens reports that have all that a report can have, as {@link pageOpener} opens pages. */
export function reportOpener(): (scene: keyof typeof scenes, look?: Look) => Promise<Opened> {
  const open = pageOpener();
  return (scene, look) => {
    const results = scenes[scene]();
    const { rank } = results.decision;
    const used =
      rank === null
        ? {}
        : {
            configs: [
              { tool: "Axolotl", text: `lora_r: ${rank}\nlora_alpha: 32\n` },
              { tool: "PEFT", text: `LoraConfig(\n    r=${rank},\n)\n` },
            ],
            adapters: [{ rank, seed: 0, folder: `runs/adapters/r${rank}` }],
          };
    return open(scene, renderReport(results, { command: "lorank sweep demo.yaml", ...used }), look);
  };
}
