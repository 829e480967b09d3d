import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { modelDigest } from "@lorank/checkpoint";
import { modelAt, readPeftAdapter, writePeftAdapter } from "@lorank/checkpoint/files";
import { stripMeasured } from "@lorank/evidence/parse";
import { onnxRuntime } from "@lorank/graph/devices";
import { describe, expect, test } from "vitest";
import { fromPeftAdapter } from "../../src/adapter/peft.ts";
import { loadBase } from "../../src/base/base.ts";
import { headOf } from "../../src/base/trial-model.ts";
import { evaluate } from "../../src/evaluate/evaluate.ts";
import { runTrial } from "../../src/node/trials.ts";
import { Transformer } from "../../src/transformer/transformer.ts";
import type { TrialEvent } from "../../src/trial/learner.ts";
import { tinyDataset, tinyTrial } from "../helpers/tiny.ts";

const plain = (outcome: Awaited<ReturnType<typeof runTrial>>): string =>
  JSON.stringify(stripMeasured({ trialId: "x", ...outcome.result }));

describe("runTrial", () => {
  test("counts what it trains: A and B of every target, and the head", async () => {
    const { spec, resources } = tinyTrial();
    const { result } = await runTrial(spec, resources);
    // rank 2 on q [16,16], v [8,16], down [16,24] in 2 layers: 2·2·((16+16) + (16+8) + (24+16)); the head is [2, 16].
    expect(result.loraParams).toBe(384);
    expect(result.trainableParams).toBe(384 + 32);
    expect(result).toMatchObject({
      status: "completed",
      gradientBytes: 4 * 416,
      optimizerBytes: 8 * 416,
      steps: 6,
    });
    expect(result.trainTokens).toBe(
      2 * tinyDataset().train.reduce((sum, { inputIds }) => sum + inputIds.length, 0),
    );
    expect(result.evaluation!.correct).toHaveLength(12);
  });

  test("learns: the loss of a task that a single token decides falls far below chance", async () => {
    const { spec, resources } = tinyTrial(
      { rank: 4, targetModules: ["q_proj", "k_proj", "v_proj", "o_proj"] },
      { epochs: 40, learningRate: 0.02 },
    );
    const { result } = await runTrial(spec, resources);
    expect(result.lossCurve[0]!.loss).toBeGreaterThan(0.6); // about ln 2
    expect(result.lossCurve.at(-1)!.loss).toBeLessThan(0.2);
  });

  test.each([0, 0.2])(
    "gives the same bytes on one thread, on two, and in another process (dropout %d)",
    async (dropout) => {
      const { spec, resources } = tinyTrial({ dropout });
      const here = plain(await runTrial(spec, resources));
      expect(plain(await runTrial(spec, { ...resources, threads: 2 }))).toBe(here);
      expect(plain(await runTrial(spec, { ...resources, recompute: "everything" }))).toBe(here);
      const script = fileURLToPath(new URL("./trial-in-process.ts", import.meta.url));
      const flags = ["--conditions=@lorank/source", "--import", "tsx", script];
      const there = execFileSync(process.execPath, [...flags, JSON.stringify({ spec, resources })], {
        encoding: "utf8",
      });
      expect(there).toBe(here);
    },
  );

  test("pairs seeds: another seed starts elsewhere, another rank sees the same data order", async () => {
    const { spec, resources } = tinyTrial();
    const first = await runTrial(spec, resources);
    const other = await runTrial({ ...spec, seed: 1 }, resources);
    expect(other.result.lossCurve).not.toEqual(first.result.lossCurve);
    const wider = await runTrial({ ...spec, lora: { ...spec.lora, rank: 4 } }, resources);
    // B = 0 at the start, so the first loss depends on the data order and the head alone.
    expect(wider.result.lossCurve[0]!.loss).toBe(first.result.lossCurve[0]!.loss);
  });

  test("trains the head alone at rank 0", async () => {
    const { spec, resources } = tinyTrial({ rank: 0 });
    const { result, adapter } = await runTrial(spec, resources);
    expect(result).toMatchObject({ status: "completed", loraParams: 0, trainableParams: 32 });
    expect(adapter.layers.size).toBe(0);
  });

  test("records the step at which it diverged as a result", async () => {
    const { spec, resources } = tinyTrial({}, { learningRate: 1e38, warmupRatio: 0, maxGradientNorm: 0 });
    const { result } = await runTrial(spec, resources);
    expect(result.status).toBe("diverged");
    expect(result.divergedAtStep).toBe(result.lossCurve.length + 1);
    expect(result.evaluation).toBeUndefined();
  });

  test("reports every step and the evaluation's progress", async () => {
    const { spec, resources } = tinyTrial();
    const events: TrialEvent[] = [];
    await runTrial(spec, resources, (event) => events.push(event));
    expect(events.filter(({ kind }) => kind === "step")).toHaveLength(6);
    expect(events.at(-1)).toEqual({ kind: "evaluating", done: 12, total: 12 });
  });

  test("writes an adapter that reads back, in PEFT's format, to the same predictions", async () => {
    const { spec, folder, resources } = tinyTrial();
    const { result, adapter } = await runTrial(spec, resources);
    const { train, validation } = tinyDataset();
    const lengths = [...train, ...validation].map(({ inputIds }) => inputIds.length);
    expect(adapter.maxLength).toBe(Math.max(...lengths));
    writePeftAdapter(join(folder, "adapter"), adapter);
    expect(readFileSync(join(folder, "adapter", "adapter_model.safetensors")).length).toBe(
      result.adapterBytes,
    );

    const read = readPeftAdapter(join(folder, "adapter"));
    const { family, head, weights } = loadBase(spec.base, modelAt(folder), headOf(spec.task));
    const { shape, parameters } = fromPeftAdapter(head, read);
    const model = new Transformer({
      family,
      runtime: await onnxRuntime(),
      head,
      adapter: shape,
      parameters: new Map([...weights, ...parameters]),
    });
    expect(await evaluate(model, tinyDataset().validation, { padId: 0 })).toEqual(result.evaluation);
  });
});

describe("bad input", () => {
  test("a target that the model lacks is an error that lists its layers", async () => {
    const { spec, resources } = tinyTrial({ targetModules: ["q_porj"] });
    await expect(runTrial(spec, resources)).rejects.toMatchObject({
      code: "E_TARGET",
      message:
        'no layer matches "q_porj". This model has: q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj',
    });
  });

  test("a rank above the smaller dimension of a layer is an error that names the layer", async () => {
    const { spec, resources } = tinyTrial({ rank: 9 });
    await expect(runTrial(spec, resources)).rejects.toMatchObject({
      code: "E_RANK",
      message: "rank must be at most 8, the smaller dimension of v_proj [8, 16], got 9",
    });
  });

  test("another data set or another model than the spec names is refused", async () => {
    const { spec, folder, resources } = tinyTrial();
    writeFileSync(resources.datasetFile, "{}");
    await expect(runTrial(spec, resources)).rejects.toMatchObject({ code: "E_DATASET" });
    writeFileSync(join(folder, "config.json"), JSON.stringify({ model_type: "llama" }));
    await expect(runTrial(spec, resources)).rejects.toMatchObject({ code: "E_CONFIG" });
  });

  test("a model_type that is not supported lists those that are", async () => {
    const { spec, folder, resources } = tinyTrial();
    writeFileSync(join(folder, "config.json"), JSON.stringify({ model_type: "mamba" }));
    await expect(runTrial(spec, resources)).rejects.toMatchObject({
      code: "E_MODEL_TYPE",
      message:
        'model config: model_type must be one of llama, mistral, qwen2, qwen3, gemma2, gemma3_text, phi3, gpt2, bert, roberta, distilbert, got "mamba"',
    });
  });

  test("a checkpoint that is cut short, or lacks its file, is one clear error", async () => {
    const { spec, folder, resources } = tinyTrial();
    const pretrained = {
      ...spec,
      base: { kind: "pretrained", name: "tiny", sha256: modelDigest(modelAt(folder)) },
    } as const;
    await expect(runTrial(pretrained, resources)).resolves.toBeDefined();
    truncateSync(join(folder, "model.safetensors"), 2000);
    const cut = { ...pretrained, base: { ...pretrained.base, sha256: modelDigest(modelAt(folder)) } };
    await expect(runTrial(cut, resources)).rejects.toMatchObject({ code: "E_SAFETENSORS" });
    rmSync(join(folder, "model.safetensors"));
    await expect(runTrial(pretrained, resources)).rejects.toMatchObject({ code: "E_MODEL" });
  });
});
