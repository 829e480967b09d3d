import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { modelFolder } from "@lorank/starter";
import { expect, test } from "vitest";
import { preparePlan, runOptions } from "../../src/index.ts";
import { prepareCommand } from "../../src/prepare/prepare-command.ts";
import { assertInputs, openSweep } from "../../src/stages/open-sweep.ts";
import {
  exampleConfig,
  examplePlan,
  exampleTest,
  fakeTrial,
  temporaryFolder,
  workplace,
} from "../helpers/example.ts";
import { rows } from "../helpers/rows.ts";

const asked = { extend: false, settings: undefined };

/** Inputs of this engine, which fit together, and a folder for their results. */
function engine(changes: Partial<typeof exampleConfig> = {}) {
  const { out, modelPath, dataset, testExamples } = workplace();
  mkdirSync(out);
  const inputs = { plan: examplePlan(changes), modelPath, dataset, testExamples };
  return { out, inputs };
}

/** Inputs of a trainer that is one script. */
function command() {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "train.sh"), "exit 1");
  const evaluate = ["score", "{adapter}"];
  return prepareCommand({ trainer: { command: ["sh", "train.sh"], evaluate, test: true, folder } });
}

test("jobs of this engine find their data in the folder, by its hash", async () => {
  const { out, inputs } = engine({ test: exampleTest });
  const run = runOptions({ trialModule: fakeTrial, threads: 3 });
  const { plan, place, store, test } = await openSweep(out, inputs, asked, run);
  expect(plan).toEqual(inputs.plan);
  const datasetFile = store.path("data", `${inputs.plan.config.data.sha256}.json`);
  expect(place).toMatchObject({
    out,
    resources: { modelPath: inputs.modelPath, datasetFile, threads: 3, device: "cpu" },
    trialModule: fakeTrial,
  });
  expect(readFileSync(datasetFile)).toEqual(inputs.dataset);
  expect(test).toEqual({
    file: store.path("data", `${exampleTest.sha256}.json`),
    sha256: exampleTest.sha256,
  });
  const without = engine();
  expect((await openSweep(without.out, without.inputs, asked, run)).test).toBeUndefined();
});

test("the classes of the validation examples are for the results, not for sweep.json", async () => {
  const out = temporaryFolder();
  const prepared = await preparePlan({ model: modelFolder, data: rows(40), ranks: [1, 2] });
  const { plan } = await openSweep(out, prepared, asked, runOptions());
  expect(plan).toMatchObject({ data: { validationLabels: expect.arrayContaining([0, 1]) } });
  expect(JSON.parse(readFileSync(join(out, "sweep.json"), "utf8"))).toEqual(prepared.plan.config);
});

test("jobs of a command run in its folder, and the hash alone names its test examples", async () => {
  const out = temporaryFolder();
  const inputs = command();
  const settings = () => "asked";
  const { plan, place, test } = await openSweep(out, inputs, { extend: false, settings }, runOptions());
  expect(plan).toEqual(inputs.plan);
  expect(place).toMatchObject({ out, command: { folder: inputs.folder, metric: "accuracy" } });
  expect(test).toEqual(inputs.plan.config.test);
  expect(existsSync(join(out, "data"))).toBe(false);
  expect(readFileSync(join(out, "settings.json"), "utf8")).toBe('"asked"\n');
});

test("a folder that holds another sweep is left as it is, unless it is to be extended", async () => {
  const { out, inputs } = engine();
  const run = runOptions({ trialModule: fakeTrial });
  await openSweep(out, inputs, asked, run);
  const more = { ...inputs, plan: examplePlan({ ranks: [8] }) };
  await expect(openSweep(out, more, asked, run)).rejects.toMatchObject({ code: "E_SWEEP_CHANGED" });
  await expect(openSweep(out, command(), asked, run)).rejects.toMatchObject({ code: "E_SWEEP_CHANGED" });
  const extended = await openSweep(out, more, { ...asked, extend: true }, run);
  expect(extended.plan.summary.ranks).toEqual([2, 4, 8]);
});

test("inputs that fit together are taken, and all that does not fit is named at once", () => {
  const { inputs } = engine({ test: exampleTest });
  expect(() => assertInputs(inputs, true, runOptions())).not.toThrow();
  const plan = examplePlan({ test: exampleTest, lora: { ...exampleConfig.lora, dora: true } });
  const wrong = { plan, modelPath: "none.gguf", dataset: inputs.dataset };
  expect(() => assertInputs(wrong, true, runOptions({ trialsPerProcess: 2 }))).toThrow(
    expect.objectContaining({
      code: "E_SWEEP_OPTIONS",
      message: [
        "modelPath must be a folder with a config.json or a .gguf file, got none.gguf",
        "portable must be false with DoRA, whose magnitudes have no such form, got true",
        "trialsPerProcess must be 1 with DoRA, whose magnitudes cannot share a base, got 2",
        "testExamples must be given where the plan has test examples, got none",
      ].join("\n"),
    }),
  );
});

test("a command has no portable adapters and one trial a process, and its files must be those of the plan", () => {
  const inputs = command();
  expect(() => assertInputs(inputs, false, runOptions())).not.toThrow();
  expect(() => assertInputs(inputs, true, runOptions({ trialsPerProcess: 2 }))).toThrow(
    expect.objectContaining({
      code: "E_SWEEP_OPTIONS",
      message: [
        "portable must be false for a command's adapters, got true",
        "trialsPerProcess must be 1 for a command, which trains one trial, got 2",
      ].join("\n"),
    }),
  );
  writeFileSync(join(inputs.folder, "train.sh"), "exit 0");
  expect(() => assertInputs(inputs, false, runOptions())).toThrow(
    expect.objectContaining({ code: "E_TRAINER_FILE" }),
  );
});
