import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256Hex } from "@lorank/checkpoint/sha256";
import { modelFolder } from "@lorank/starter";
import { describe, expect, test } from "vitest";
import { planSweep } from "../../src/plan/plan.ts";
import { preparePlan } from "../../src/prepare/prepare-plan.ts";
import type { SweepSettings } from "../../src/prepare/settings.ts";
import { temporaryFolder } from "../helpers/example.ts";
import { rows } from "../helpers/rows.ts";

const request = { model: modelFolder, data: rows(40), ranks: [2, 1] };

describe("preparePlan", () => {
  test("fills in the defaults, and names what trials read by its hash", async () => {
    const { plan, dataset, modelPath, toSearch, maxLength, notes, testExamples, ...counts } =
      await preparePlan(request);
    expect(counts).toMatchObject({
      validationLimit: { examples: 17, fromTraining: true },
    });
    expect(modelPath).toBe(modelFolder);
    expect(plan.config).toMatchObject({
      name: "model on data",
      ranks: [1, 2],
      seeds: [1, 2, 3, 4, 5],
      metric: "accuracy",
      margin: 0.01,
      task: { kind: "classification", labels: ["ham", "spam"] },
      data: { sha256: sha256Hex(dataset), trainExamples: 32, validationExamples: 8 },
    });
    expect(plan.config.lora.targetModules).toContain("q_proj");
    expect(plan.config.majorityShare).toBe(0.5);
    expect(Object.values(toSearch).filter(Boolean)).toEqual([]);
    expect(maxLength).toBe(96);
    expect(notes.join()).toContain("Texts for validation were drawn");
    expect(testExamples).toBeUndefined();
  });

  test("the same request gives the same plan, and rows the same data in any form of their columns' order", async () => {
    const turned = request.data.map(({ text, label }) => ({ label, text }));
    const [one, two] = [await preparePlan(request), await preparePlan({ ...request, data: turned })];
    expect(two.plan).toEqual(one.plan);
    expect(two.dataset).toEqual(one.dataset);
  });

  test("sets test examples aside where they are asked for", async () => {
    const { plan, testExamples } = await preparePlan({ ...request, testExamples: 6 });
    expect(plan.config.test).toMatchObject({ examples: 6, sha256: sha256Hex(testExamples!) });
  });

  test("the digest of the examples is in no trial, and the same for any seeds, ranks, training and name of the data", async () => {
    const data = request.data.map((row, i) => ({ ...row, split: i < 24 ? "train" : "validation" }));
    const digestOf = async (changes: Partial<SweepSettings>) =>
      (await preparePlan({ ...request, data, ...changes })).plan.data.examplesSha256;
    const { plan } = await preparePlan({ ...request, data });
    const { examplesSha256, ...without } = plan.config;
    expect(plan.data.examplesSha256).toBe(examplesSha256);
    expect(planSweep(without)).toMatchObject({ specs: plan.specs, data: { validationExamples: 16 } });
    expect(planSweep(without).data).not.toHaveProperty("examplesSha256");
    const file = join(temporaryFolder(), "mails.jsonl");
    writeFileSync(file, data.map((row) => JSON.stringify(row)).join("\n"));
    for (const same of [
      { ranks: [4], seeds: [8, 9] },
      { trainExamples: 10, learningRate: 0.01, maxLength: 8 },
      { data: file },
    ])
      expect(await digestOf(same)).toBe(examplesSha256);
    const swapped = data.with(30, data[32]!).with(32, data[30]!);
    expect(await digestOf({ data: swapped })).not.toBe(examplesSha256);
  });

  test.each([
    [{ ranks: [0.5] }, "E_RANK", "rank must be a positive integer, got 0.5"],
    [{ ranks: [1, 9999] }, "E_RANK", "rank must be at most"],
    [{ targets: ["q_porj"] }, "E_TARGET", 'no layer matches "q_porj"'],
    [
      { textColumn: "body" },
      "E_DATA",
      "the text column must be one of the file's, got body. data has: text, label",
    ],
  ])("refuses %o", async (changes, code, message) => {
    await expect(preparePlan({ ...request, ...changes })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });
});
