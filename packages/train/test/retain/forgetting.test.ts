import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { modelDigest } from "@lorank/checkpoint";
import { mergeAdapter, modelAt, openSafetensors, readPeftAdapter } from "@lorank/checkpoint/files";
import { sha256Hex } from "@lorank/checkpoint/sha256";
import type { EngineSpec } from "@lorank/evidence/results";
import { onnxRuntime } from "@lorank/graph/devices";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { encodeDataset, type TokenizedDataset, type TokenizedTokensExample } from "../../src/data/dataset.ts";
import { adaptedModel } from "../../src/evaluate/adapted-model.ts";
import { retainedLosses } from "../../src/evaluate/evaluate.ts";
import { evaluateTokenTensors } from "../../src/evaluate/token-tensors.ts";
import { evaluateAdapters, runTrial } from "../../src/node/trials.ts";
import { randomStream } from "../../src/random/random.ts";
import { baseLossesIn } from "../../src/retain/forgetting.ts";
import { tinyConfig, tinyTrial } from "../helpers/tiny.ts";

const targetModules = "q_proj k_proj v_proj o_proj gate_proj up_proj down_proj".split(" ");

/** Texts of 6 to 14 tokens, each of which follows from the one before: the next but `step` among twelve. */
function textsBy(step: number, count: number, part: string): TokenizedTokensExample[] {
  return Array.from({ length: count }, (_, i) => {
    const stream = randomStream(9, part, i);
    const first = stream.integer(12);
    const inputIds = Array.from({ length: 6 + stream.integer(9) }, (_, at) => 8 + ((first + at * step) % 12));
    return { id: `${i + 1}`, inputIds, labels: [...inputIds.slice(1), -100] };
  });
}

function datasetOf(step: number, retained?: readonly TokenizedTokensExample[]): TokenizedDataset {
  const [train, validation] = [textsBy(step, 48, "train"), textsBy(step, 12, "validation")];
  return { name: "tiny", task: { kind: "causal-lm" }, train, validation, ...(retained && { retained }) };
}

const general = textsBy(1, 10, "general");

/** A tiny base that knows the general texts: random weights, trained on such texts, merged. */
const base = await (async () => {
  const optimizer = { epochs: 30, learningRate: 0.02, batchSize: 8 };
  const lora = { rank: 8, alpha: 16, targetModules };
  const { spec, folder, resources } = tinyTrial(lora, optimizer, tinyConfig, datasetOf(1));
  const own: EngineSpec = {
    ...spec,
    base: { kind: "pretrained", name: "tiny", sha256: modelDigest(modelAt(folder)) },
  };
  const { adapter, result } = await runTrial(own, resources);
  const out = join(temporaryFolder(), "base");
  mergeAdapter({ base: folder, adapter, out });
  return { folder: out, logLoss: result.evaluation!.logLoss, optimizer: own.optimizer };
})();

function trialOn(
  retained: readonly TokenizedTokensExample[] | undefined,
  rank: number,
  learningRate: number,
) {
  const dataset = encodeDataset(datasetOf(5, retained));
  const spec: EngineSpec = {
    specVersion: 1,
    base: { kind: "pretrained", name: "general", sha256: modelDigest(modelAt(base.folder)) },
    data: { name: "tiny", sha256: sha256Hex(dataset), trainExamples: 48, validationExamples: 12 },
    task: { kind: "causal-lm" },
    lora: { rank, alpha: rank, scalingRule: "lora", dropout: 0, targetModules },
    optimizer: { ...base.optimizer, learningRate, epochs: 4 },
    seed: 0,
  };
  return { spec, resources: { modelPath: base.folder, datasetFile: dataset, threads: 1 } };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

async function forgettingOf(rank: number, learningRate: number): Promise<readonly number[]> {
  const { spec, resources } = trialOn(general, rank, learningRate);
  const { result } = await runTrial(spec, resources);
  const [outcome] = result.evaluation!.secondary!;
  expect(outcome!.name).toBe("forgetting");
  return outcome!.values;
}

test("the base knows the general texts", () => {
  expect(base.logLoss).toBeLessThan(1.5); // by chance ln 12 = 2.48
});

test("training on other texts makes it forget, the more the higher the rate and the rank", async () => {
  const byRate = [];
  for (const rate of [1e-4, 1e-3, 1e-2]) byRate.push(mean(await forgettingOf(4, rate)));
  const byRank = [];
  for (const rank of [1, 2, 8]) byRank.push(mean(await forgettingOf(rank, 2e-3)));
  expect(byRate[0]).toBeLessThan(byRate[1]!);
  expect(byRate[1]).toBeLessThan(byRate[2]!);
  expect(byRate[2]).toBeGreaterThan(1);
  expect(byRank[0]).toBeLessThan(byRank[1]!);
  expect(byRank[1]).toBeLessThan(byRank[2]!);
});

test("the values are adapter minus base, text by text, of losses computed one text at a time", async () => {
  const { spec, resources } = trialOn(general, 4, 5e-3);
  const { adapter, result } = await runTrial(spec, resources);
  const runtime = await onnxRuntime();
  const losses = async (own: typeof adapter | undefined): Promise<number[]> => {
    const one = adaptedModel({ model: modelAt(base.folder), adapter: own, task: "causal-lm", runtime });
    const found = [];
    for (const { inputIds } of general) {
      const ids = Int32Array.from(inputIds);
      const tokens = { shape: [1, ids.length] as const, inputIds: ids, labels: ids };
      found.push((await evaluateTokenTensors(one, tokens)).loss!);
    }
    await one.model.dispose();
    return found;
  };
  const [after, before] = [await losses(adapter), await losses(undefined)];
  const { values } = result.evaluation!.secondary![0]!;
  expect(values).toHaveLength(10);
  values.forEach((value, i) => {
    expect(value).toBeCloseTo(after[i]! - before[i]!, 5);
  });
  expect(Math.max(...values.map(Math.abs))).toBeGreaterThan(0.1);

  const [own, untouched] = await evaluateAdapters(spec, [adapter, undefined], resources);
  own!.secondary![0]!.values.forEach((value, i) => {
    expect(value).toBeCloseTo(values[i]!, 5);
  });
  const known = baseLossesIn(untouched!.secondary)!;
  known.forEach((loss, i) => {
    expect(loss).toBeCloseTo(before[i]!, 5);
  });

  const again = await runTrial(spec, resources, undefined, { baseLosses: () => known });
  again.result.evaluation!.secondary![0]!.values.forEach((value, i) => {
    expect(value).toBeCloseTo(values[i]!, 5);
  });
  const shifted = known.map((loss) => loss + 1);
  const other = await runTrial(spec, resources, undefined, { baseLosses: () => shifted });
  expect(other.result.evaluation!.secondary![0]!.values[3]).toBeCloseTo(values[3]! - 1, 5);
});

test("a trial without retained texts has no outcome beside the metric, and learns the same", async () => {
  const [plain, retaining] = [trialOn(undefined, 2, 1e-3), trialOn(general, 2, 1e-3)];
  const [without, beside] = [
    await runTrial(plain.spec, plain.resources),
    await runTrial(retaining.spec, retaining.resources),
  ];
  expect(without.result.evaluation).not.toHaveProperty("secondary");
  expect(beside.result.lossCurve).toEqual(without.result.lossCurve);
  expect(beside.result.evaluation!.logLosses).toEqual(without.result.evaluation!.logLosses);
});

test("a text in windows has the mean over all predicted tokens", async () => {
  const long = textsBy(1, 2, "long").map(({ inputIds }) => inputIds);
  const windows = [long[0]!.slice(0, 4), long[0]!.slice(4), long[1]!].map((inputIds, i) => ({
    id: ["1", "1/2", "2"][i]!,
    inputIds,
    labels: [...inputIds.slice(1), -100],
  }));
  const model = adaptedModel({
    model: modelAt(base.folder),
    task: "causal-lm",
    runtime: await onnxRuntime(),
  });
  const padId = model.family.padTokenId;
  const found = await retainedLosses(model.model, windows, { padId });
  const sums = [];
  for (const { inputIds } of windows) {
    const ids = Int32Array.from(inputIds);
    const { loss, targets } = await evaluateTokenTensors(model, {
      shape: [1, ids.length],
      inputIds: ids,
      labels: ids,
    });
    sums.push({ sum: loss! * targets, targets });
  }
  const [a, b, c] = sums as [(typeof sums)[0], (typeof sums)[0], (typeof sums)[0]];
  expect(found).toHaveLength(2);
  expect(found[0]).toBeCloseTo((a.sum + b.sum) / (a.targets + b.targets), 5);
  expect(found[1]).toBeCloseTo(c.sum / c.targets, 5);
  await model.model.dispose();
});

test("the log losses are those of transformers and PEFT, with the adapter", async () => {
  const folder = fileURLToPath(new URL("../fixtures/families/gpt2", import.meta.url));
  const expected = openSafetensors(join(folder, "expected.safetensors"));
  const [batch = 0, seq = 0] = expected.tensors.get("input_ids")!.shape;
  const [ids, mask, logits] = ["input_ids", "attention_mask", "logits"].map((name) =>
    expected.readFloat32(name),
  ) as [Float32Array, Float32Array, Float32Array];
  const classes = logits.length / (batch * seq);
  const texts = Array.from({ length: batch }, (_, row) =>
    Array.from(ids.slice(row * seq, (row + 1) * seq)).filter((_, i) => mask[row * seq + i] === 1),
  );
  const theirs = texts.map((inputIds, row) => {
    const losses = inputIds.slice(1).map((next, i) => {
      const own = logits.subarray((row * seq + i) * classes, (row * seq + i + 1) * classes);
      return Math.log(own.reduce((sum, logit) => sum + Math.exp(logit), 0)) - own[next]!;
    });
    return mean(losses);
  });
  const { model, family } = adaptedModel({
    model: modelAt(folder),
    adapter: readPeftAdapter(join(folder, "adapter")),
    runtime: await onnxRuntime(),
  });
  const windows = texts.map((inputIds, i) => ({
    id: `${i}`,
    inputIds,
    labels: [...inputIds.slice(1), -100],
  }));
  const found = await retainedLosses(model, windows, { padId: family.padTokenId });
  expect(found).toHaveLength(batch);
  found.forEach((loss, i) => {
    expect(loss).toBeCloseTo(theirs[i]!, 4);
  });
  await model.dispose();
});
