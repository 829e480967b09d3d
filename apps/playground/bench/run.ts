/**
 * How long the page's own proposal takes in Chromium and by the page's guess before it, what a step costs against one native
 * thread of Node on this machine, and what the tab needs of memory: pnpm bench [--one-thread], as where there are no service workers
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseResults } from "@lorank/evidence/parse";
import { modelFolder, spamAssassin } from "@lorank/starter";
import { nodeInputs, runTrial } from "@lorank/train";
import { prepareTraining } from "@lorank/train/browser";
import { trialSpec } from "@lorank/train/spec";
import { launchChromium } from "../../../scripts/chromium.ts";
import { serveFolder } from "../scripts/serve-folder.ts";
import { buildPlayground } from "../src/build.ts";
import { playgroundDefaults as defaults } from "../src/settings.ts";

const folder = mkdtempSync(join(tmpdir(), "lorank-playground-"));
await buildPlayground(folder);
const { server, address } = await serveFolder(folder);
const browser = await launchChromium();
const serviceWorkers = process.argv.includes("--one-thread") ? "block" : "allow";
const page = await browser.newPage({ acceptDownloads: true, serviceWorkers });
const cdp = await browser.newBrowserCDPSession();
let most = 0;
const watch = setInterval(async () => {
  const { processInfo } = await cdp.send("SystemInfo.getProcessInfo");
  const renderers = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => residentBytes(id));
  most = Math.max(most, ...renderers);
}, 500);

const loadedFrom = performance.now();
await page.goto(address);
await page.getByRole("button", { name: "Start" }).waitFor();
const loaded = performance.now() - loadedFrom;
const estimate = page.getByText(/bout .* here/);
await estimate.waitFor();
const sentence = (await estimate.textContent())!;
const startedFrom = performance.now();
await page.getByRole("button", { name: "Start" }).click();
await page.locator("#verdict").waitFor({ timeout: 1_800_000 });
const whole = performance.now() - startedFrom;
clearInterval(watch);
const [download] = await Promise.all([
  page.waitForEvent("download"),
  page.getByRole("button", { name: "results.json" }).click(),
]);
const { trials } = parseResults(JSON.parse(readFileSync(await download.path(), "utf8")));
await browser.close();
server.close();
rmSync(folder, { recursive: true });

const { starterLearningRate: learningRate, ranks, seeds: _, learningRate: __, ...sizes } = defaults;
const settings = { ...sizes, learningRate, testExamples: 0, model: modelFolder };
const data = { name: "spam-assassin", ...spamAssassin() };
const { config, dataset } = await prepareTraining({ ...settings, data }, ranks, nodeInputs());
console.log(`${cpus()[0]?.model}, ${cpus().length} cores; Chromium; Node ${process.version}`);
console.log(
  `ready to start: ${seconds(loaded)}; from Start to the verdict: ${seconds(whole)}, ${trials.length} trials`,
);
console.log(`before Start the page says: ${sentence}`);
console.log(`largest resident set of the tab: ${Math.round(most / 1e6)} MB`);
for (const rank of ranks) {
  const spec = trialSpec(config, rank, 1);
  const native = await runTrial(spec, { modelPath: modelFolder, datasetFile: dataset, threads: 1 });
  const own = trials.find(({ spec: { lora, seed } }) => lora.rank === rank && seed === 1)!;
  const [tab, node] = [perStep(own), perStep(native.result)];
  console.log(
    `rank ${rank}: ${tab.toFixed(3)} s a step in the tab, ${node.toFixed(3)} s in Node, ${(tab / node).toFixed(1)} times`,
  );
  console.log(`  accuracy ${own.evaluation?.accuracy} and ${native.result.evaluation?.accuracy}`);
}

function perStep({ measured, steps }: Pick<(typeof trials)[number], "measured" | "steps">): number {
  return measured.seconds.train! / steps!;
}

function residentBytes(pid: number): number {
  const [, kilobytes = "0"] = /VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return 1024 * Number(kilobytes);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
