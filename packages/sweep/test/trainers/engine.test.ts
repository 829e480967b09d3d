import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { sha256Hex } from "@lorank/checkpoint/sha256";
import { modelFolder } from "@lorank/starter";
import { describe, expect, test } from "vitest";
import { preparePlan } from "../../src/engine.ts";
import { runOptions } from "../../src/index.ts";
import { SweepStore } from "../../src/store/store.ts";
import { engineTrainer } from "../../src/trainers/engine.ts";
import { keepData } from "../../src/trainers/engine-data.ts";
import { resumeFolder } from "../../src/trainers/take-over.ts";
import { exampleConfig, examplePlan, exampleTest, temporaryFolder, workplace } from "../helpers/example.ts";
import { rows } from "../helpers/rows.ts";

describe("engineTrainer", () => {
  const resources = { modelPath: "model", datasetFile: "data.json", threads: 2 };

  test("an attempt's log names the threads and the device", () => {
    const place = { out: temporaryFolder(), resources };
    expect(engineTrainer.processes(place)).toMatchObject({ threads: 2, device: "cpu" });
    const onGpu = { ...place, resources: { ...resources, device: "webgpu" } } as const;
    expect(engineTrainer.processes(onGpu)).toMatchObject({ threads: 2, device: "webgpu" });
  });

  test("checkpoints of all attempts go once a trial has a result; the attempts stay", () => {
    const store = new SweepStore(temporaryFolder());
    const trialId = store.addSpec(examplePlan().specs[0]!);
    const attempts = [store.claimAttempt(trialId), store.claimAttempt(trialId)];
    for (const { folder } of attempts) mkdirSync(resumeFolder(folder), { recursive: true });
    engineTrainer.forgetUnfinished(store, trialId);
    expect(attempts.map(({ folder }) => [existsSync(folder), existsSync(resumeFolder(folder))])).toEqual([
      [true, false],
      [true, false],
    ]);
  });
});

describe("a judge in a file", () => {
  const judge = Buffer.from("export default () => 7;");
  const sha256 = sha256Hex(judge);
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
    const store = new SweepStore(out);
    const evaluated = () => engineTrainer.evaluate({ place, store, spec: spec! }, [undefined]);
    await expect(evaluated()).rejects.toMatchObject({ code: "ENOENT", path: "none" }); // the examples, after the judge
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
    expect(() => engineTrainer.assertInputs(without, false)).toThrow("judge must be the bytes of the file");
    const other = { ...inputs, judge: Buffer.from("export default () => 0;") };
    expect(() => engineTrainer.assertInputs(other, false)).toThrow("judge must have the SHA-256");
  });

  test("is refused for a probe, whose cut adapters could leave other examples out", () => {
    expect(() => examplePlan({ task: { kind: "causal-lm" }, answers, method: "probe" })).toThrow(
      "method must be grid or race with a judge in a file, which may leave examples out, got probe",
    );
  });
});

describe("a sweep of this engine", () => {
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
    const { plan, place, store, test, execution } = await engineTrainer.open(
      inputs,
      { ...request, out: out },
      run,
    );
    expect(plan).toMatchObject(inputs.plan);
    expect(execution).toEqual({ threadsPerTrial: 3 });
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
    expect(
      (await engineTrainer.open(without.inputs, { ...request, out: without.out }, run)).test,
    ).toBeUndefined();
  });

  test("a measurement's data lie in its own folder, and a trial's time is made of its parts", () => {
    const { inputs } = engine();
    const out = temporaryFolder();
    const { resources } = engineTrainer.placeIn(out, inputs, runOptions());
    expect(resources.datasetFile).toBe(join(out, `data-${inputs.plan.config.data.sha256}.json`));
    expect(readFileSync(String(resources.datasetFile))).toEqual(inputs.dataset);
    const spec = inputs.plan.specs[0]!;
    const steps = Math.ceil((spec.optimizer.epochs * spec.data.trainExamples) / spec.optimizer.batchSize);
    const cost = { openSeconds: 2, secondsPerStep: 0.5, evaluateSeconds: 3, measureSeconds: 10 };
    expect(engineTrainer.costs.time(spec, cost, 11)).toMatchObject({
      openSeconds: 3, // a second of the process itself, and what it took to open
      trialSeconds: 3 + 0.5 * steps + 3,
      pointsSeconds: 0,
    });
    // With evaluations on the way after a quarter, a half and three quarters.
    expect(engineTrainer.costs.time({ ...spec, evaluateEvery: 0.25 }, cost, 11)).toMatchObject({
      trialSeconds: 3 + 0.5 * steps + 4 * 3,
      pointsSeconds: 3 * 3,
      evaluateSeconds: 3,
      steps,
    });
  });

  test("the classes of the validation examples are for the results, not for sweep.json", async () => {
    const out = temporaryFolder();
    const prepared = await preparePlan({ model: modelFolder, data: rows(40), ranks: [1, 2] });
    const { plan } = await engineTrainer.open(prepared, { ...request, out: out }, runOptions());
    expect(plan).toMatchObject({ data: { validationLabels: expect.arrayContaining([0, 1]) } });
    expect(JSON.parse(readFileSync(join(out, "sweep.json"), "utf8"))).toEqual(prepared.plan.config);
  });

  test("a folder that holds another sweep is left as it is, unless it is to be extended", async () => {
    const { out, inputs } = engine();
    const run = runOptions();
    await engineTrainer.open(inputs, { ...request, out: out }, run);
    const more = { ...inputs, plan: examplePlan({ ranks: [8] }) };
    await expect(engineTrainer.open(more, { ...request, out: out }, run)).rejects.toMatchObject({
      code: "E_SWEEP_CHANGED",
    });
    const extended = await engineTrainer.open(more, { ...request, out, extend: true }, run);
    expect(extended.plan.summary.ranks).toEqual([2, 4, 8]);
  });

  test("inputs that fit together are taken, and all that does not fit is named at once", () => {
    const { inputs } = engine({ test: exampleTest });
    expect(() => engineTrainer.assertInputs(inputs, true)).not.toThrow();
    const plan = examplePlan({ test: exampleTest, lora: { ...exampleConfig.lora, dora: true } });
    const wrong = { plan, modelPath: "none.gguf", dataset: inputs.dataset };
    expect(() => engineTrainer.assertInputs(wrong, true)).toThrow(
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

  test("a place has the files in full and, of the options, what a process needs", () => {
    const { inputs } = engine();
    const run = runOptions({
      threads: 3,
      device: "webgpu",
      recompute: "everything",
      maxAttempts: 7,
      checkpointEvery: { steps: 100 },
    });
    const out = temporaryFolder();
    const place = engineTrainer.placeIn(out, { ...inputs, modelPath: "model" }, run);
    expect(JSON.parse(JSON.stringify(place))).toEqual({
      out,
      resources: {
        modelPath: resolve("model"),
        datasetFile: expect.stringContaining(out),
        threads: 3,
        device: "webgpu",
        recompute: "everything",
      },
      checkpointEvery: { steps: 100 },
    });
  });
});
