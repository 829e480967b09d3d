import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { modelAt, readPeftAdapter } from "@lorank/checkpoint/files";
import { onnxRuntime } from "@lorank/graph/devices";
import { describe, expect, test } from "vitest";
import { adaptedModel } from "../src/evaluate/adapted-model.ts";
import { evaluate } from "../src/evaluate/evaluate.ts";
import { nodeInputs } from "../src/node/data-files.ts";
import { prepareTraining } from "../src/prepare/prepare-training.ts";
import { trialId } from "../src/spec.ts";
import { type LoraRequest, trainLora } from "../src/train-lora.ts";
import type { TrialEvent } from "../src/trial/learner.ts";
import { tinyConfig, tinyModel, tinyTexts } from "./helpers/tiny.ts";

const { model, data } = tinyTexts();
const request: LoraRequest = { model, data, rank: 2, epochs: 1 };

describe("trainLora", () => {
  test("needs a model, data and a rank, and learns", async () => {
    const events: TrialEvent[] = [];
    const { result, adapter, notes } = await trainLora({
      ...request,
      epochs: 20,
      learningRate: 0.02,
      onEvent: (event) => void events.push(event),
    });
    expect(result).toMatchObject({ status: "completed", steps: 80, spec: { seed: 1, lora: { alpha: 32 } } });
    expect(result.trialId).toBe(trialId(result.spec));
    expect(result.lossCurve[0]!.loss).toBeGreaterThan(0.5); // about ln 2
    expect(result.evaluation!.accuracy).toBe(1);
    expect(result.evaluation!.logLoss).toBeLessThan(0.2);
    expect(adapter).toMatchObject({ rank: 2, alpha: 32, classNames: ["ham", "spam"] });
    expect(notes.join()).toContain("Texts for validation were drawn");
    expect(events.filter(({ kind }) => kind === "step")).toHaveLength(80);
  });

  test("writes a folder that reads back to the same predictions, and a file of the same rows gives the same bytes", async () => {
    const out = join(tinyModel(tinyConfig, { kind: "causal-lm" }), "out");
    const { result } = await trainLora({ ...request, out, threads: 1 });
    const read = readPeftAdapter(out);
    const { model: adapted } = adaptedModel({
      model: modelAt(model),
      adapter: read,
      runtime: await onnxRuntime(),
    });
    const { tokens } = await prepareTraining(request, [2], nodeInputs());
    expect(await evaluate(adapted, tokens.validation, { padId: 0 })).toEqual(result.evaluation);
    expect(JSON.parse(readFileSync(join(out, "trial.json"), "utf8"))).toEqual(result);

    const file = join(model, "rows.jsonl");
    writeFileSync(file, data.map((row) => JSON.stringify(row)).join("\n"));
    const again = await trainLora({ ...request, data: file, out: `${out}2`, threads: 2 });
    expect(again.result.lossCurve).toEqual(result.lossCurve);
    const weights = (folder: string) => readFileSync(join(folder, "adapter_model.safetensors"));
    expect(weights(`${out}2`)).toEqual(weights(out));
  });

  test("replaces an adapter only when told, and writes the portable form when asked", async () => {
    const out = join(tinyModel(tinyConfig, { kind: "causal-lm" }), "out");
    await trainLora({ ...request, out, portable: true });
    expect(readPeftAdapter(out)).toMatchObject({ rank: 2, alpha: 2, classNames: ["ham", "spam"] });
    await expect(trainLora({ ...request, out })).rejects.toMatchObject({ code: "E_OUT" });
    await trainLora({ ...request, out, force: true });
    expect(readPeftAdapter(out)).toMatchObject({ rank: 2, alpha: 32 });
    await expect(trainLora({ ...request, out: model, force: true })).rejects.toMatchObject({ code: "E_OUT" });
  });

  test("gives layers a rank and an alpha of their own, by patterns; one without a layer is refused", async () => {
    const out = join(tinyModel(tinyConfig, { kind: "causal-lm" }), "out");
    const own = { rankPattern: { "0.mlp.down_proj": 5, down_proj: 1 }, alphaPattern: { q_proj: 8 } };
    const { result, adapter } = await trainLora({ ...request, ...own, out });
    expect(result.spec.lora.rankPattern).toEqual([
      { pattern: "0.mlp.down_proj", rank: 5 },
      { pattern: "down_proj", rank: 1 },
    ]);
    const { layers } = readPeftAdapter(out);
    const of = (path: string) => [layers.get(path)!.loraA.shape[0], layers.get(path)!.alpha];
    expect(of("model.layers.0.mlp.down_proj")).toEqual([5, 32]);
    expect(of("model.layers.1.mlp.down_proj")).toEqual([1, 32]);
    expect(of("model.layers.1.self_attn.q_proj")).toEqual([2, 8]);
    expect(layers).toEqual(adapter.layers);
    const elements = [...layers.values()].map(({ loraA, loraB }) => loraA.data.length + loraB.data.length);
    expect(result).toMatchObject({ loraParams: elements.reduce((sum, count) => sum + count, 0) });
    await expect(trainLora({ ...request, rankPattern: { q_prj: 8 } })).rejects.toThrow(
      'each pattern of rankPattern must match an adapted layer, such as model.layers.0.self_attn.q_proj, got "q_prj"',
    );
  });

  test("a training that diverges says so and writes nothing", async () => {
    const out = join(tinyModel(tinyConfig, { kind: "causal-lm" }), "out");
    const { result } = await trainLora({ ...request, out, learningRate: 1e38, warmup: 0, clip: 0 });
    expect(result).toMatchObject({ status: "diverged", divergedAtStep: expect.any(Number) });
    expect(result.evaluation).toBeUndefined();
    expect(existsSync(out)).toBe(false);
  });

  test("names every setting that is wrong at once, before anything is read", async () => {
    const wrong = { rank: 0, seed: -1, threads: 0, dora: true, portable: true, learningRate: 0, alpha: -2 };
    await expect(trainLora({ ...request, ...wrong, model: "/nowhere", targets: [] })).rejects.toMatchObject({
      code: "E_CONFIG",
      message: [
        "rank must be a positive integer, got 0",
        "seed must be an integer of at least 0, got -1",
        "threads must be a positive integer, got 0",
        "portable must be false with DoRA, whose magnitudes have no such form, got true",
        "lora.alpha must be a positive number, got -2",
        "lora.targetModules must be one or more different names, got []",
        "optimizer.learningRate must be a positive number, got 0",
      ].join("\n"),
    });
  });

  test.each([
    [{ rank: 17 }, "E_RANK", "rank must be at most 8"],
    [{ targets: ["q_porj"] }, "E_TARGET", 'no layer matches "q_porj"'],
    [{ compute: "int8" as "float16" }, "E_CONFIG", "compute must be float16 or bfloat16"],
    [{ textColumn: "body" }, "E_DATA", "the text column must be one of the file's, got body"],
  ])("refuses %o and writes nothing", async (changes, code, message) => {
    const out = join(model, "never");
    mkdirSync(out, { recursive: true });
    await expect(trainLora({ ...request, ...changes, out })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    expect(existsSync(join(out, "trial.json"))).toBe(false);
  });
});
