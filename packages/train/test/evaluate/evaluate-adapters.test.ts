import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { truncateAdapter } from "@lorank/checkpoint";
import { sha256Hex } from "@lorank/checkpoint/sha256";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { encodeTestExamples } from "../../src/data/dataset.ts";
import { evaluateAdapters, runTrial, type TestExamplesFile } from "../../src/node/trials.ts";
import { asLanguage, tinyConfig, tinyDataset, tinyTrial } from "../helpers/tiny.ts";

const modules = { rank: 4, targetModules: ["q_proj", "v_proj", "down_proj"] };

const rankPattern = [{ pattern: "down_proj", rank: 2 }];
const alphaPattern = [{ pattern: "v_proj", alpha: 1 }];

test.each([{}, { dora: true as const }, { rankPattern, alphaPattern }])(
  "a trial's own adapter comes to its own figures (%j)",
  async (lora) => {
    const { spec, resources } = tinyTrial({ ...modules, ...lora }, { epochs: 4, learningRate: 0.02 });
    const { adapter, result } = await runTrial(spec, resources);
    const [own, cut] = await evaluateAdapters(
      spec,
      [adapter, truncateAdapter(adapter, 1).adapter],
      resources,
    );
    expect(own).toEqual(result.evaluation);
    expect(cut!.logLosses).toHaveLength(own!.logLosses.length);
    expect(cut!.logLoss).not.toBe(own!.logLoss);
  },
);

test("an update of a lower rank than its adapter loses nothing when it is cut to that rank", async () => {
  const { spec, resources } = tinyTrial(modules, { epochs: 4, learningRate: 0.02 });
  const { adapter } = await runTrial({ ...spec, lora: { ...spec.lora, rank: 1 } }, resources);
  const [one] = await evaluateAdapters(spec, [adapter], resources);
  const [cut] = await evaluateAdapters(spec, [truncateAdapter(adapter, 1).adapter], resources);
  cut!.logLosses.forEach((loss, i) => {
    expect(loss).toBeCloseTo(one!.logLosses[i]!, 5);
  });
});

test("without an adapter the base answers, as it does with one that changes nothing", async () => {
  const { spec, resources } = tinyTrial(modules, {}, tinyConfig, asLanguage(tinyDataset()));
  const { adapter } = await runTrial(spec, resources);
  const layers = [...adapter.layers].map(([path, layer]) => [
    path,
    { ...layer, loraB: { ...layer.loraB, data: layer.loraB.data.map(() => 0) } },
  ]);
  const nothing = { ...adapter, layers: new Map(layers as [string, never][]) };
  const [base, same, own] = await evaluateAdapters(spec, [undefined, nothing, adapter], resources);
  expect(base!.logLoss).toBeCloseTo(same!.logLoss, 6);
  expect(own!.logLoss).not.toBeCloseTo(base!.logLoss, 6);
});

test("an adapter of another model is refused", async () => {
  const { spec, resources } = tinyTrial(modules);
  const { adapter } = await runTrial(spec, resources);
  const [path, layer] = [...adapter.layers][0]!;
  const foreign = { ...adapter, layers: new Map([[`no.${path}`, layer]]) };
  await expect(evaluateAdapters(spec, [foreign], resources)).rejects.toMatchObject({ code: "E_ADAPTER" });
});

const { validation } = tinyDataset(); // of tinyTrial
const testFile = (bytes: Uint8Array): TestExamplesFile => {
  const file = join(temporaryFolder(), "test.json");
  writeFileSync(file, bytes);
  return { file, sha256: sha256Hex(bytes) };
};

test("test examples take the place of the validation examples, which need not be there", async () => {
  const { spec, resources } = tinyTrial(modules);
  const { adapter, result } = await runTrial(spec, resources);
  const examples = { name: "held out", task: spec.task, test: validation.slice(2, 7) };
  const file = testFile(encodeTestExamples(examples));
  const [score] = await evaluateAdapters(spec, [adapter], { ...resources, datasetFile: "/nowhere" }, file);
  expect(score!.correct).toEqual(result.evaluation!.correct.slice(2, 7));
  score!.logLosses.forEach((loss, i) => {
    expect(loss).toBeCloseTo(result.evaluation!.logLosses[i + 2]!, 5); // batches are of other lengths
  });
});

test("test examples of another file or of another task are refused", async () => {
  const { spec, resources } = tinyTrial(modules);
  const { adapter } = await runTrial(spec, resources);
  const task = { kind: "classification", labels: ["eight", "seven"] } as const;
  const swapped = testFile(encodeTestExamples({ name: "x", task, test: validation }));
  await expect(evaluateAdapters(spec, [adapter], resources, swapped)).rejects.toMatchObject({
    code: "E_DATASET",
    message:
      'test examples must be of the trial\'s task {"kind":"classification","labels":["seven","eight"]}, got ' +
      '{"kind":"classification","labels":["eight","seven"]}',
  });
  const other = { ...swapped, sha256: "f".repeat(64) };
  await expect(evaluateAdapters(spec, [adapter], resources, other)).rejects.toMatchObject({
    code: "E_DATASET",
    message: expect.stringContaining("must hold the test examples ffffffffffff…, got "),
  });
});
