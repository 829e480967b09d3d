import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writePeftAdapter } from "@lorank/checkpoint/files";
import type { Results, TrialResult } from "@lorank/evidence/results";
import { expect, test } from "vitest";
import { exampleResults } from "../../../../packages/evidence/test/fixtures/results.ts";
import { exampleSha256 as trialId } from "../../../../packages/evidence/test/fixtures/spec.ts";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { configsOf } from "../../src/commands/config/config.ts";
import { findRecipe } from "../../src/commands/config/find-recipe.ts";
import { verdictOn } from "../../src/commands/config/judged-recipe.ts";
import { createOutput } from "../../src/output.ts";
import { factsOf, titleWithVersion, toolNames } from "../../src/tools/tools.ts";
import { smallAdapter } from "../small-adapter.ts";

const quiet = createOutput({ quiet: true });

/** A sweep of the ranks 4 and 32 that recommends `rank`. */
function sweepFolder(
  rank: number | null,
  change: (results: Results) => Partial<Results> = () => ({}),
): string {
  const folder = temporaryFolder();
  const results = exampleResults();
  const verdict = rank === null ? "inconclusive" : "adequate";
  // Its four examples cannot tell whether a rank has learned anything.
  const { classPrior: _, ...decision } = results.decision;
  const whole = { ...results, decision: { ...decision, rank, verdict }, ...change(results) };
  writeFileSync(join(folder, "results.json"), JSON.stringify(whole));
  return folder;
}

/** The adapter of rank 3, as the sweep's rank 3. */
function withAdapter(folder: string, files: Readonly<Record<string, unknown>> = {}): string {
  const adapter = join(folder, "adapters", "r3");
  mkdirSync(adapter, { recursive: true });
  writePeftAdapter(adapter, smallAdapter());
  mkdirSync(join(folder, "specs"));
  for (const [path, content] of Object.entries(files))
    writeFileSync(join(folder, path), JSON.stringify(content));
  return adapter;
}

test("a sweep gives the rank that it recommends, with its trial's settings", async () => {
  const { recipe, heading } = await findRecipe(sweepFolder(4), undefined, quiet);
  expect(recipe).toMatchObject({
    rank: 4,
    alpha: 16,
    steps: 2,
    optimizer: { learningRate: 0.001 },
    taskType: "SEQ_CLS",
  });
  expect(heading).toMatch(
    /^Rank 4, recommended of 4, 32 in the sweep example\. Use rank 4, on weak evidence /,
  );
});

test("another rank of it by --rank, or as r32 in its folder", async () => {
  const folder = sweepFolder(4);
  const asked = await findRecipe(folder, 32, quiet);
  expect(asked.recipe.rank).toBe(32);
  expect(asked.heading).toContain("as asked for, of 4, 32 in the sweep example; rank 4 is recommended");
  expect(await findRecipe(join(folder, "r32"), undefined, quiet)).toEqual(asked);
  expect((await findRecipe(join(folder, "results.json"), 32, quiet)).recipe).toEqual(asked.recipe);
});

test.each([
  [
    null,
    undefined,
    "",
    "--rank must be given: the sweep example recommends no rank, as its verdict is inconclusive",
  ],
  [null, undefined, "", "If you must choose now: rank 4, the best mean."],
  [0, undefined, "", "recommends rank 0, the head alone"],
  [4, 8, "", "--rank must be one that the sweep trained: 4, 32, got 8"],
  [4, 4, "r32", "--rank must be 32, as in the folder's name, or left out, got 4"],
  [4, undefined, "r8", "--rank must be one that the sweep trained: 4, 32, got 8"],
])("recommended %s, asked for %s: an error in words", async (rank, asked, inside, words) => {
  await expect(findRecipe(join(sweepFolder(rank), inside), asked, quiet)).rejects.toMatchObject({
    code: "E_CONFIG",
    message: expect.stringContaining(words),
  });
});

test("a rank that is proven is the sweep's, where none is recommended since a smaller one is open", async () => {
  const proven = sweepFolder(null, (results) => ({
    decision: { ...results.decision, verdict: "inconclusive", rank: null, certifiedRank: 32 },
  }));
  const { recipe, heading } = await findRecipe(proven, undefined, quiet);
  expect(recipe.rank).toBe(32);
  expect(heading).toBe(
    "Rank 32, proven to be enough, of 4, 32 in the sweep example; a smaller one may be too.",
  );
});

test("where nothing is recommended, --rank is enough", async () => {
  const { recipe, heading } = await findRecipe(sweepFolder(null), 4, quiet);
  expect(recipe.rank).toBe(4);
  expect(heading).toContain("none is recommended");
});

test("an adapter says its own LoRA, and in its sweep the training too", async () => {
  const alone = await findRecipe(withAdapter(temporaryFolder()), undefined, quiet);
  expect(alone.recipe).toMatchObject({
    ...{ rank: 3, alpha: 6, model: "tiny" },
    targetModules: ["q_proj", "v_proj"],
    optimizer: {},
  });
  const { spec } = exampleResults().trials[0]!;
  const ofTrial = { ...spec, lora: { ...spec.lora, rank: 3, alpha: 12 } };
  const files = { "adapters/r3/trial.json": { trialId }, [`specs/${trialId}.json`]: ofTrial };
  const inSweep = await findRecipe(withAdapter(temporaryFolder(), files), undefined, quiet);
  expect(inSweep.recipe).toMatchObject({ rank: 3, alpha: 12, optimizer: { learningRate: 0.001 } });
  // One that was cut since: the trial was of another rank.
  const cut = { ...files, [`specs/${trialId}.json`]: spec };
  expect(await findRecipe(withAdapter(temporaryFolder(), cut), undefined, quiet)).toMatchObject({
    recipe: alone.recipe,
  });
  const foreign = { "adapters/r3/trial.json": { spec: "something else" } };
  expect(await findRecipe(withAdapter(temporaryFolder(), foreign), undefined, quiet)).toMatchObject({
    recipe: alone.recipe,
  });
  await expect(findRecipe(withAdapter(temporaryFolder()), 4, quiet)).rejects.toThrow(
    /--rank must be left out/,
  );
});

test("of another trainer's sweep the adapter says the layers", async () => {
  const folder = sweepFolder(3, ({ trials }) => ({
    trials: [3, 32].map((rank): TrialResult => {
      const { measured, evaluation, lossCurve, status } = trials[0]!;
      const trainer = { command: ["python", "train.py"], files: [] };
      const spec = { specVersion: 1, trainer, lora: { rank }, optimizer: { epochs: 2 }, seed: 0 } as const;
      return { trialId, spec, status, lossCurve, measured, ...(evaluation ? { evaluation } : {}) };
    }),
  }));
  expect((await findRecipe(folder, undefined, quiet)).recipe).not.toHaveProperty("alpha");
  withAdapter(folder);
  const { recipe } = await findRecipe(folder, undefined, quiet);
  expect(recipe).toMatchObject({
    rank: 3,
    alpha: 6,
    targetModules: ["q_proj", "v_proj"],
    optimizer: { epochs: 2 },
  });
  expect(recipe.remarks.join()).not.toContain("An adapter does not say");
});

test("a report gets the recommended rank for every tool, and nothing where none is", () => {
  const results = exampleResults();
  const recommending = (rank: number | null): Results => ({
    ...results,
    decision: { ...results.decision, rank },
  });
  const configs = configsOf(recommending(4), temporaryFolder());
  expect(configs.map(({ tool }) => tool)).toEqual(toolNames.map((name) => titleWithVersion(factsOf(name))));
  expect(configs.every(({ text }) => text.startsWith("# Rank 4, recommended of 4, 32"))).toBe(true);
  expect(configsOf(recommending(null), ".")).toEqual([]);
  expect(configsOf(recommending(0), ".")).toEqual([]);
});

/** Outcomes of ranks 4, 8 and 32, of which 4 is far worse, and 8 as good as 32 but for a few examples. */
function outcomesFile(): string {
  const file = join(temporaryFolder(), "outcomes.csv");
  const rows = [1, 2, 3, 4].flatMap((seed) =>
    [4, 8, 32].flatMap((rank) =>
      Array.from({ length: 400 }, (_, example) => {
        const ease = ((example * 37 + seed * 11) % 100) / 100;
        const isOdd = (example * 13 + seed * 7 + rank) % 97 === 0;
        return [rank, seed, example, Number(ease < (rank === 4 ? 0.6 : 0.85) !== isOdd)].join(",");
      }),
    ),
  );
  writeFileSync(file, `rank,seed,example,correct\n${rows.join("\n")}\n`);
  return file;
}

test("runs of any trainer give the rank of their verdict, and what they do not say is said", async () => {
  const file = outcomesFile();
  const { recipe, heading } = await findRecipe(file, undefined, quiet);
  expect(heading).toBe(
    `Rank 8, recommended of 4, 8, 32 by the verdict on ${file}. Use rank 8: it loses at most 1.6 points; you accept 1.`,
  );
  const [remark, ...others] = recipe.remarks;
  expect({ ...recipe, remarks: others }).toEqual({ rank: 8, optimizer: {}, remarks: [] });
  expect(remark).toContain("alpha, layers, learning rate, epochs and batch are those of your own runs");
  expect((await findRecipe(file, 32, quiet)).heading).toContain("Rank 32, as asked for");
  await expect(findRecipe(file, 64, quiet)).rejects.toThrow(
    "--rank must be one that was compared: 4, 8, 32, got 64",
  );
});

test("the document of a verdict gives the same, and one without a rank says why", async () => {
  const file = outcomesFile();
  const decision = (await verdictOn(file, quiet))!;
  const document = join(temporaryFolder(), "verdict.json");
  writeFileSync(document, JSON.stringify(decision));
  expect((await findRecipe(document, undefined, quiet)).recipe).toEqual(
    (await findRecipe(file, undefined, quiet)).recipe,
  );
  const { certifiedRank: _, ...open } = { ...decision, verdict: "inconclusive", rank: null };
  writeFileSync(document, JSON.stringify(open));
  await expect(findRecipe(document, undefined, quiet)).rejects.toThrow(
    /^--rank must be given: the verdict on .*verdict\.json recommends no rank, as its verdict is inconclusive\n/,
  );
});

test("scores at several learning rates give the rate of the rank too", async () => {
  const file = join(temporaryFolder(), "runs.csv");
  const rows = [1, 2, 3, 4, 5].flatMap((seed) =>
    [4, 8].flatMap((rank) =>
      [1e-4, 2e-4].map((rate) => [
        rank,
        seed,
        rate,
        rank === 4 ? 0.5 + seed / 1e3 : 0.9 + (seed * rate) / 1e2,
      ]),
    ),
  );
  writeFileSync(file, `rank,seed,learning_rate,accuracy\n${rows.map((row) => row.join(",")).join("\n")}\n`);
  const { recipe } = await findRecipe(file, 8, quiet);
  expect(recipe).toMatchObject({ rank: 8, optimizer: { learningRate: 2e-4 } });
  expect(recipe.remarks[0]).not.toContain("learning rate");
});
