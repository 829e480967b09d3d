import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { modelFolder } from "@lorank/starter";
import { encodeDataset } from "@lorank/train/data";
import { describe, expect, test } from "vitest";
import { preparePlan, runOptions } from "../../src/index.ts";
import type { SweepEvent } from "../../src/plan/events.ts";
import { sha256Of } from "../../src/store/files.ts";
import { SweepStore } from "../../src/store/store.ts";
import { engineSweep, engineTrainer, keepData, validationLabelsOf } from "../../src/trainers/engine.ts";
import { resumeFolder } from "../../src/trainers/take-over.ts";
import { exampleConfig, examplePlan, exampleTest, temporaryFolder, workplace } from "../helpers/example.ts";
import { rows } from "../helpers/rows.ts";

describe("engineTrainer", () => {
  const resources = { modelPath: "model", datasetFile: "data.json", threads: 2 };

  test("an attempt's log names the threads and the device", () => {
    const store = new SweepStore(temporaryFolder());
    expect(engineTrainer({ out: store.out, resources }, store).computedOn()).toEqual({
      threads: 2,
      device: "cpu",
    });
    const onGpu = engineTrainer({ out: store.out, resources: { ...resources, device: "webgpu" } }, store);
    expect(onGpu.computedOn()).toEqual({ threads: 2, device: "webgpu" });
  });

  test("checkpoints of all attempts go once a trial has a result; the attempts stay", () => {
    const store = new SweepStore(temporaryFolder());
    const trialId = store.addSpec(examplePlan().specs[0]!);
    const attempts = [store.claimAttempt(trialId), store.claimAttempt(trialId)];
    for (const { folder } of attempts) mkdirSync(resumeFolder(folder), { recursive: true });
    engineTrainer({ out: store.out, resources }, store).forgetUnfinished(trialId);
    expect(attempts.map(({ folder }) => [existsSync(folder), existsSync(resumeFolder(folder))])).toEqual([
      [true, false],
      [true, false],
    ]);
  });
});

describe("a judge in a file", () => {
  const judge = Buffer.from("export default () => 7;");
  const sha256 = sha256Of(judge);
  const answers = { metric: "file:judge.mjs", sha256, maxNewTokens: 4 };
  const plan = examplePlan({ task: { kind: "causal-lm" }, answers });
  const [spec] = plan.specs;

  test("lies in the results folder, and a trial takes no other one", async () => {
    const { out, modelPath, dataset } = workplace();
    mkdirSync(out);
    const options = runOptions({ threads: 1 });
    const inputs = { plan, modelPath, dataset, judge };
    const file = join(out, "data", `${sha256}.mjs`);
    keepData(new SweepStore(out), inputs, options.reporter);
    expect(readFileSync(file)).toEqual(judge);
    const place = { out, resources: { modelPath, datasetFile: "none", threads: 1 } };
    const evaluated = () => engineTrainer(place, new SweepStore(out)).evaluate(spec!, [undefined]);
    await expect(evaluated()).resolves.toHaveLength(1);
    for (const spoil of [() => writeFileSync(file, "export default () => 1;"), () => rmSync(file)]) {
      spoil();
      await expect(evaluated()).rejects.toMatchObject({
        code: "E_JUDGE",
        message: expect.stringContaining(
          `${file} must be the judge of the trial, with the SHA-256 ${sha256}, got `,
        ),
      });
    }
    const { judge: _, ...without } = inputs;
    expect(() => engineSweep(without).assertInputs(false)).toThrow("judge must be the bytes of the file");
    const other = { ...inputs, judge: Buffer.from("export default () => 0;") };
    expect(() => engineSweep(other).assertInputs(false)).toThrow("judge must have the SHA-256");
  });

  test("is refused for a probe, whose cut adapters could leave other examples out", () => {
    expect(() => examplePlan({ task: { kind: "causal-lm" }, answers, method: "probe" })).toThrow(
      "method must be grid or race with a judge in a file, which may leave examples out, got probe",
    );
  });
});

describe("engineSweep", () => {
  const request = { extend: false, settings: undefined };

  /** Inputs of this engine, which fit together, and a folder for their results. */
  function engine(changes: Partial<typeof exampleConfig> = {}) {
    const { out, modelPath, dataset, testExamples } = workplace();
    mkdirSync(out);
    const inputs = { plan: examplePlan(changes), modelPath, dataset, testExamples };
    return { out, inputs };
  }

  test("jobs of this engine find their data in the folder, by its hash", async () => {
    const { out, inputs } = engine({ test: exampleTest });
    const run = runOptions({ threads: 3 });
    const { plan, place, store, test } = await engineSweep(inputs).open(out, request, run);
    expect(plan).toMatchObject(inputs.plan);
    const datasetFile = store.path("data", `${inputs.plan.config.data.sha256}.json`);
    expect(place).toMatchObject({
      out,
      resources: { modelPath: inputs.modelPath, datasetFile, threads: 3, device: "cpu" },
    });
    expect(readFileSync(datasetFile)).toEqual(inputs.dataset);
    expect(test).toEqual({
      file: store.path("data", `${exampleTest.sha256}.json`),
      sha256: exampleTest.sha256,
    });
    const without = engine();
    expect((await engineSweep(without.inputs).open(without.out, request, run)).test).toBeUndefined();
  });

  test("a measurement's data lie in its own folder, and a trial's time is made of its parts", () => {
    const { inputs } = engine();
    const out = temporaryFolder();
    const trainer = engineSweep(inputs);
    expect(trainer.place(out, runOptions())).toMatchObject({
      resources: { datasetFile: join(out, "data.json") },
    });
    expect(readFileSync(join(out, "data.json"))).toEqual(inputs.dataset);
    const spec = inputs.plan.specs[0]!;
    const steps = Math.ceil((spec.optimizer.epochs * spec.data.trainExamples) / spec.optimizer.batchSize);
    const cost = { openSeconds: 2, secondsPerStep: 0.5, evaluateSeconds: 3, measureSeconds: 10 };
    expect(trainer.timing.time(spec, cost, 11)).toMatchObject({
      openSeconds: 3, // a second of the process itself, and what it took to open
      trialSeconds: 3 + 0.5 * steps + 3,
    });
  });

  test("the results say how many threads each trial has", () => {
    expect(engineSweep(engine().inputs).execution({ threads: 3 })).toEqual({ threadsPerTrial: 3 });
  });

  test("the classes of the validation examples are for the results, not for sweep.json", async () => {
    const out = temporaryFolder();
    const prepared = await preparePlan({ model: modelFolder, data: rows(40), ranks: [1, 2] });
    const { plan } = await engineSweep(prepared).open(out, request, runOptions());
    expect(plan).toMatchObject({ data: { validationLabels: expect.arrayContaining([0, 1]) } });
    expect(JSON.parse(readFileSync(join(out, "sweep.json"), "utf8"))).toEqual(prepared.plan.config);
  });

  test("a folder that holds another sweep is left as it is, unless it is to be extended", async () => {
    const { out, inputs } = engine();
    const run = runOptions();
    await engineSweep(inputs).open(out, request, run);
    const more = { ...inputs, plan: examplePlan({ ranks: [8] }) };
    await expect(engineSweep(more).open(out, request, run)).rejects.toMatchObject({
      code: "E_SWEEP_CHANGED",
    });
    const extended = await engineSweep(more).open(out, { ...request, extend: true }, run);
    expect(extended.plan.summary.ranks).toEqual([2, 4, 8]);
  });

  test("inputs that fit together are taken, and all that does not fit is named at once", () => {
    const { inputs } = engine({ test: exampleTest });
    expect(() => engineSweep(inputs).assertInputs(true)).not.toThrow();
    const plan = examplePlan({ test: exampleTest, lora: { ...exampleConfig.lora, dora: true } });
    const wrong = { plan, modelPath: "none.gguf", dataset: inputs.dataset };
    expect(() => engineSweep(wrong).assertInputs(true)).toThrow(
      expect.objectContaining({
        code: "E_SWEEP_OPTIONS",
        message: [
          "modelPath must be a folder with a config.json or a .gguf file, got none.gguf",
          "portable must be false with DoRA, whose magnitudes have no such form, got true",
          "testExamples must be given where the plan has test examples, got none",
        ].join("\n"),
      }),
    );
  });
});

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
    await expect(validationLabelsOf(task, Buffer.from("{}"))).rejects.toThrow(
      expect.objectContaining({ code: "E_DATASET" }),
    );
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
