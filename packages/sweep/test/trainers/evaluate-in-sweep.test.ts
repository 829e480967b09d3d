import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { prepareCommand } from "../../src/index.ts";
import { engineTrainer } from "../../src/trainers/engine.ts";
import { sweepEvaluator } from "../../src/trainers/evaluate-in-sweep.ts";
import { examplePlan, runExample, temporaryFolder, workplace } from "../helpers/example.ts";
import { fakeTrainer } from "../helpers/fake-trainer.ts";

const { config } = examplePlan();

async function sweep(): Promise<{ readonly out: string; readonly modelPath: string }> {
  const place = workplace();
  await runExample(examplePlan({ ranks: [2], seeds: [1] }), place);
  return place;
}

test("evaluates on the examples in the folder, and names them in their order", async () => {
  const { out, modelPath } = await sweep();
  const evaluator = sweepEvaluator(out);
  vi.spyOn(engineTrainer, "evaluate").mockImplementation((trial, adapters) =>
    fakeTrainer.evaluate({ ...trial, place: { ...trial.place, fake: {} } }, adapters),
  );
  const { evaluation, examples } = await evaluator.evaluate(undefined, { modelPath, threads: 1 });
  expect(examples).toEqual(Array.from({ length: 30 }, (_, i) => String(i)));
  expect(evaluation.correct).toHaveLength(30);
  expect(evaluator.config.data).toEqual(config.data);
});

test("refuses a folder that has lost its examples, and says how they come back", async () => {
  const { out, modelPath } = await sweep();
  const file = join(out, "data", `${config.data.sha256}.json`);
  rmSync(file);
  await expect(sweepEvaluator(out).evaluate(undefined, { modelPath, threads: 1 })).rejects.toMatchObject({
    code: "E_DATASET",
    message: `${file} must hold the sweep's examples, got no file\nRun the sweep again with the same command: it writes them anew.`,
  });
});

test("refuses a sweep of another trainer", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "train.sh"), "");
  const { plan } = prepareCommand({ trainer: { command: ["sh", "train.sh", "{rank}"], folder } });
  writeFileSync(join(folder, "sweep.json"), JSON.stringify(plan.config));
  expect(() => sweepEvaluator(folder)).toThrow(
    expect.objectContaining({
      code: "E_SPEC",
      message: `${folder} must hold a sweep of this engine, got one of another trainer`,
    }),
  );
});
