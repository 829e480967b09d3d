import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { modelAt, readPeftAdapter, writePeftAdapter } from "@lorank/checkpoint/files";
import type { LoraSpec } from "@lorank/evidence/results";
import { floats } from "@lorank/graph";
import { onnxRuntime } from "@lorank/graph/devices";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { fromPeftAdapter, toPeftAdapter } from "../../src/adapter/peft.ts";
import { adapterShape, resolveTargets } from "../../src/adapter/shape.ts";
import { readBase } from "../../src/base/base.ts";
import { untrainedAdapter } from "../../src/base/initial-weights.ts";
import { createAdamW } from "../../src/optimizer/adamw.ts";
import { optimizerStep } from "../../src/optimizer/optimizer-step.ts";
import { Transformer } from "../../src/transformer/transformer.ts";
import { batchOf, largestDifference, loadCase, peftKey } from "../helpers/parity.ts";
import { tinyTrial } from "../helpers/tiny.ts";

// Written by PEFT 0.21.2: scripts/reference/family_fixture.py.
const families = fileURLToPath(new URL("../fixtures/families", import.meta.url));
const read = (...path: string[]) => JSON.parse(readFileSync(join(families, ...path), "utf8"));

/** Spec of a case, with the patterns of its `LoraConfig`. */
function specOf(name: string): LoraSpec {
  const { rank_pattern, alpha_pattern, layers_to_transform, ...config } = read(
    name,
    "adapter/adapter_config.json",
  );
  const layers: readonly string[] = [...readPeftAdapter(join(families, name, "adapter")).layers.keys()];
  return {
    rank: config.r,
    alpha: config.lora_alpha,
    scalingRule: config.use_rslora ? "rslora" : "lora",
    dropout: 0,
    targetModules: layers_to_transform ? layers : config.target_modules,
    ...(config.use_dora ? { dora: true } : {}),
    rankPattern: Object.entries<number>(rank_pattern).map(([pattern, rank]) => ({ pattern, rank })),
    alphaPattern: Object.entries<number>(alpha_pattern).map(([pattern, alpha]) => ({ pattern, alpha })),
  };
}

describe.each(["llama-patterns", "llama-dora-patterns"])("the patterns of %s", (name) => {
  const folder = join(families, name);
  const lora = specOf(name);
  const base = readBase(modelAt(folder), { kind: "causal-lm" });
  const { shape, parameters } = untrainedAdapter(lora, base, 0);
  const peft = readPeftAdapter(join(folder, "adapter"));
  const { scalings, adamw } = read(name, "expected.json");

  test("give each layer the rank and the scaling that PEFT gives it", () => {
    const given = [...shape.modules].map(([path, { scaling }]) => [path, expect.closeTo(scaling, 12)]);
    expect(scalings).toEqual(Object.fromEntries(given));
    expect(new Set(Object.values(scalings)).size).toBeGreaterThan(2);
    expect(shape).toEqual(fromPeftAdapter(base.head, peft).shape);
  });

  test("train to PEFT's losses and to its adapter, which is written with PEFT's ranks and alphas", async () => {
    const start = loadCase(folder, await onnxRuntime());
    for (const [key, { shape }] of parameters) expect(shape, key).toEqual(start.shapes.get(key));
    for (const [key, tensor] of parameters) floats(tensor).set(start.trained.get(key)!);
    const trained = new Map([...parameters].map(([key, tensor]) => [key, floats(tensor)]));
    const all = new Map([...base.weights, ...parameters]);
    const model = new Transformer({ ...base, adapter: shape, parameters: all, runtime: await onnxRuntime() });
    const batch = batchOf(start, "right");
    const optimizer = createAdamW(trained, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 });
    const step = { microBatches: [batch], learningRate: 1e-3, maxGradientNorm: 0 };
    const gradients = new Map<string, Float32Array>();
    const losses: number[] = [];
    for (let i = 0; i < 3; i++) losses.push(await optimizerStep(model, optimizer, gradients, step));
    losses.push(await optimizerStep(model, optimizer, gradients, { ...step, learningRate: 0 }));
    expect(losses).toEqual(adamw.losses.map((loss: number) => expect.closeTo(loss, 5)));
    for (const [key, parameter] of trained) {
      const wanted = start.expected.readFloat32(`after.${peftKey(key)}`);
      expect(largestDifference(parameter, wanted), key).toBeLessThan(1e-4);
    }

    const random = { kind: "random", name: "", configSha256: "", seed: 0 } as const;
    const spec = { base: random, task: { kind: "causal-lm" }, lora } as const;
    const out = join(temporaryFolder(), "adapter");
    writePeftAdapter(out, toPeftAdapter({ head: base.head, spec, modelPath: "", trained: parameters }));
    const written = readPeftAdapter(out);
    for (const [path, { loraA, alpha }] of peft.layers) {
      expect(written.layers.get(path), path).toMatchObject({ loraA: { shape: loraA.shape }, alpha });
    }
    await Promise.all([model.dispose(), start.model.dispose()]);
  });
});

describe("patterns", () => {
  const { spec, resources } = tinyTrial();
  const base = readBase(modelAt(resources.modelPath), { kind: "causal-lm" });
  const placed = (lora: Partial<LoraSpec>) => resolveTargets(base.head, { ...spec.lora, ...lora });
  const scalingsOf = (lora: Partial<LoraSpec>) => {
    const { modules } = adapterShape({ ...spec.lora, ...lora }, placed(lora));
    return [...modules].map(([path, { rank, scaling }]) => `${path.slice(13)} ${rank} ${scaling}`);
  };

  test("win in their order, not in that of the alphabet", () => {
    const targetModules = ["q_proj", "v_proj"];
    const [wide, narrow] = [
      { pattern: "q_proj", rank: 1 },
      { pattern: "0.self_attn.q_proj", rank: 8 },
    ];
    const alphaPattern = [
      { pattern: "v_proj", alpha: 3 },
      { pattern: ".*", alpha: 16 },
    ];
    const rest = ["0.self_attn.v_proj 2 1.5", "1.self_attn.q_proj 1 16", "1.self_attn.v_proj 2 1.5"];
    const sorted = { targetModules, alphaPattern };
    expect(scalingsOf({ ...sorted, rankPattern: [wide, narrow] })).toEqual([
      "0.self_attn.q_proj 1 16",
      ...rest,
    ]);
    expect(scalingsOf({ ...sorted, rankPattern: [narrow, wide] })).toEqual([
      "0.self_attn.q_proj 8 2",
      ...rest,
    ]);
  });

  test.each<[string, Partial<LoraSpec>, string, string]>([
    [
      "without an adapted layer",
      {
        rankPattern: [
          { pattern: "q_proj", rank: 4 },
          { pattern: "o_proj", rank: 4 },
          { pattern: "proj", rank: 1 },
        ],
      },
      "E_TARGET",
      'each pattern of rankPattern must match an adapted layer, such as model.layers.0.self_attn.q_proj, got "o_proj", "proj"',
    ],
    [
      "for alpha without an adapted layer",
      { alphaPattern: [{ pattern: "2.self_attn.q_proj", alpha: 4 }] },
      "E_TARGET",
      'each pattern of alphaPattern must match an adapted layer, such as model.layers.0.self_attn.q_proj, got "2.self_attn.q_proj"',
    ],
    [
      "of a rank above a layer's smaller side",
      { rankPattern: [{ pattern: "v_proj", rank: 9 }] },
      "E_RANK",
      "rank must be at most 8, the smaller dimension of v_proj [8, 16], got 9",
    ],
    [
      "of rank 0",
      { rankPattern: [{ pattern: "v_proj", rank: 0 }] },
      "E_RANK",
      "rank must be a positive integer, got 0",
    ],
    [
      "over rank 0",
      { rank: 0, rankPattern: [{ pattern: "v_proj", rank: 4 }] },
      "E_RANK",
      "rank must be at least 1 where rankPattern gives others, got 0",
    ],
    [
      "that are no expression",
      { rankPattern: [{ pattern: "(q", rank: 4 }] },
      "E_PEFT",
      'rankPattern: "(q" must be a regular expression over module paths, got "(" without ")"',
    ],
  ])("%s are refused", (_, lora, code, message) => {
    expect(() => placed(lora)).toThrow(expect.objectContaining({ code, message }));
  });

  test("do not change the rows that layers start with", () => {
    const start = (lora: Partial<LoraSpec>) =>
      untrainedAdapter({ ...spec.lora, ...lora }, base, 7).parameters;
    const [plain, own] = [start({}), start({ rankPattern: [{ pattern: "1.mlp.down_proj", rank: 5 }] })];
    for (const [key, tensor] of plain) {
      const [rows] = own.get(key)!.shape;
      expect(rows, key).toBe(key.endsWith("1.mlp.down_proj.lora_A.weight") ? 5 : tensor.shape[0]);
      if (key.includes("lora_A"))
        expect(floats(own.get(key)!).subarray(0, floats(tensor).length)).toEqual(floats(tensor));
    }
  });
});
