import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { encodeDataset } from "@lorank/train/data";
import { describe, expect, test } from "vitest";
import type { SweepEvent } from "../../src/plan/events.ts";
import { SweepStore } from "../../src/store/store.ts";
import { keepData, validationLabelsOf } from "../../src/trainers/engine-data.ts";
import { examplePlan, exampleTest, temporaryFolder, workplace } from "../helpers/example.ts";

describe("validationLabelsOf", () => {
  const task = { kind: "classification", labels: ["ham", "spam"] } as const;
  const texts = [1, 0, 0, 1, 1].map((label, i) => ({ id: `e${i}`, inputIds: [1, 2], label }));
  const dataset = encodeDataset({
    name: "mails",
    task,
    train: texts.slice(0, 2),
    validation: texts.slice(2),
  });

  test("the labels are those of the dataset's validation examples, in their order", async () => {
    expect(await validationLabelsOf(task, dataset)).toEqual([0, 1, 1]);
    await expect(validationLabelsOf(task, Buffer.from("{}"))).rejects.toMatchObject({ code: "E_DATASET" });
  });

  test("responses have none, and their dataset is not read", async () => {
    const unread = Buffer.from("no dataset of ours");
    expect(await validationLabelsOf({ kind: "causal-lm" }, unread)).toBeUndefined();
  });
});

describe("keepData", () => {
  const silent = { report: () => {} };

  test("keeps the examples under their hashes, and leaves alone what is there", () => {
    const store = new SweepStore(temporaryFolder());
    const { dataset, testExamples } = workplace();
    const plan = examplePlan({ test: exampleTest });
    const kept = keepData(store, { plan, dataset, testExamples }, silent);
    expect(kept.datasetFile).toBe(store.path("data", `${plan.config.data.sha256}.json`));
    expect(kept.testFile).toBe(store.path("data", `${exampleTest.sha256}.json`));
    expect(readFileSync(kept.datasetFile)).toEqual(dataset);
    expect(readFileSync(kept.testFile!)).toEqual(testExamples);
    const before = statSync(kept.datasetFile).mtimeMs;
    expect(keepData(store, { plan, dataset, testExamples }, silent)).toEqual(kept);
    expect(statSync(kept.datasetFile).mtimeMs).toBe(before);
  });

  test("a plan without test examples has no file of them", () => {
    const store = new SweepStore(temporaryFolder());
    const { dataset } = workplace();
    expect(keepData(store, { plan: examplePlan(), dataset }, silent).testFile).toBeUndefined();
  });

  test("writes over a damaged file and says so; a folder in its place is refused", () => {
    const store = new SweepStore(temporaryFolder());
    const { dataset } = workplace();
    const inputs = { plan: examplePlan(), dataset };
    const { datasetFile } = keepData(store, inputs, silent);
    writeFileSync(datasetFile, "half");
    const events: SweepEvent[] = [];
    keepData(store, inputs, { report: (event) => events.push(event) });
    const damage = "its bytes did not have the SHA-256 of its name";
    expect(events).toEqual([{ kind: "file-rebuilt", file: datasetFile, damage }]);
    expect(readFileSync(datasetFile)).toEqual(dataset);
    rmSync(datasetFile);
    mkdirSync(datasetFile);
    expect(() => keepData(store, inputs, silent)).toThrow(
      `${datasetFile} must be a file, got a folder\nDelete it, then run the same again.`,
    );
  });
});
