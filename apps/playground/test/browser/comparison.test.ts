// From an empty profile to a verdict, a downloaded adapter and its score by the command line.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseResults } from "@lorank/evidence/parse";
import { modelFolder, spamAssassin } from "@lorank/starter";
import { nodeInputs } from "@lorank/train";
import { prepareTraining } from "@lorank/train/browser";
import { trialId, trialSpec } from "@lorank/train/spec";
import { unzipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { playgroundDefaults } from "../../src/settings.ts";
import { askFor, downloaded, escaped, hasChromium, playgroundVisitor, reached, violations } from "./open.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));

describe.skipIf(!hasChromium)("a comparison in Chromium", () => {
  const visit = playgroundVisitor();

  test("goes from an empty profile through a reload without a network to the verdict, and the adapter scores the same elsewhere", async () => {
    const { page, served, strangers } = await visit({ acceptDownloads: true });
    expect(await violations(page)).toEqual([]);
    await askFor(page, { evaluateEvery: 0.5 });
    await page.getByRole("button", { name: "Start" }).click();
    const cell = (name: string) => page.locator(`[id="cell-${name}"]`);
    await cell("r2-s1").locator(".done").waitFor();
    await cell("r8-s1").getByText("step").waitFor();
    expect(await page.locator("#state").textContent()).toMatch(/1 of 4 trials done.*Not a decision yet\./);
    expect(await page.locator("#quality circle").count()).toBe(2);
    expect(await violations(page)).toEqual([]);
    const first = await cell("r2-s1").textContent();

    served.server.close(); // from here on there is no network
    served.server.closeAllConnections();
    await page.reload();
    await cell("r2-s1").locator(".done").waitFor();
    expect(await cell("r2-s1").textContent()).toBe(first);
    await reached(page, "#verdict");
    expect(await violations(page)).toEqual([]);
    expect(await escaped(page, 1280)).toEqual([]);
    expect(await page.title()).toBe(await page.locator("h1").textContent());

    const results = parseResults(
      JSON.parse(readFileSync((await downloaded(page, "results.json")).path, "utf8")),
    );
    // All of them on the first visit, after one reload that nobody asked for.
    expect(results.sweep.threadsPerTrial).toBe(Math.min(4, cpus().length));
    expect(results.trials.map(({ spec }) => [spec.lora.rank, spec.seed])).toEqual([
      [2, 1],
      [2, 2],
      [8, 1],
      [8, 2],
    ]);
    // Four steps: the second is on the way, and the fourth the end.
    expect(results.trials.map(({ points }) => points?.map(({ step }) => step))).toEqual(Array(4).fill([2]));
    expect(results.decision.points).toMatchObject({ chosenBy: "examples", lastStep: 4 });
    expect(await page.locator("#points svg").count()).toBe(2);
    expect(await page.locator("#provenance").textContent()).toContain("--evaluate-every 0.5");

    const report = readFileSync((await downloaded(page, "Report")).path, "utf8");
    expect(report).toContain((await page.locator("h1").textContent())!);

    // The same settings are the same trials on the command line.
    const { learningRate: _, starterLearningRate, seeds: __, ranks, ...sizes } = playgroundDefaults;
    const mails = spamAssassin();
    const { config, tokens } = await prepareTraining(
      {
        ...sizes,
        model: modelFolder,
        data: { name: "spam-assassin", ...mails },
        learningRate: starterLearningRate,
        trainExamples: 32,
        validationExamples: 40,
        testExamples: 0,
        epochs: 1,
        maxLength: 32,
        evaluateEvery: 0.5,
      },
      ranks,
      nodeInputs(),
    );
    const named = { ...config, base: { ...config.base, name: "starter" } };
    expect(results.trials[0]!.trialId).toBe(trialId(trialSpec(named, 2, 1)));

    const { name, path } = await downloaded(page, "Adapter of rank 8");
    expect(name).toBe("lorank-r8.zip");
    const folder = temporaryFolder();
    for (const [file, bytes] of Object.entries(unzipSync(readFileSync(path))))
      writeFileSync(join(folder, file), bytes);
    const scored = new Set(tokens.validation.map(({ id }) => id));
    const rows = mails.validation
      .filter(({ id }) => scored.has(id))
      .map(({ text, label }) => ({ text, label }));
    writeFileSync(join(folder, "mails.jsonl"), rows.map((row) => JSON.stringify(row)).join("\n"));
    const printed = execFileSync(
      process.execPath,
      [
        ...[
          "--conditions=@lorank/source",
          "--import",
          "tsx",
          "apps/cli/src/main.ts",
          "eval",
          "starter",
          "--json",
        ],
        ...["--quiet", "--adapter", folder, "--data", join(folder, "mails.jsonl"), "--max-length", "32"],
      ],
      { cwd: root, encoding: "utf8" },
    );
    const elsewhere = JSON.parse(printed) as { accuracy: number; loss: number; examples: number };
    const ofRank8 = results.trials.filter(({ spec }) => spec.lora.rank === 8);
    const best = ofRank8.sort((a, b) => a.evaluation!.logLoss! - b.evaluation!.logLoss!)[0]!;
    expect(elsewhere.examples).toBe(40);
    expect(elsewhere.accuracy).toBe(best.evaluation!.accuracy);
    expect(elsewhere.loss).toBeCloseTo(best.evaluation!.logLoss!, 4);

    expect(strangers).toEqual([]);
    expect(served.requests.filter((path) => !path.startsWith("/"))).toEqual([]); // all of them GET
    expect(served.requests.filter((path) => path.endsWith(".wasm"))).toEqual([
      "/ort-wasm-simd-threaded.wasm",
    ]);
  });
});
