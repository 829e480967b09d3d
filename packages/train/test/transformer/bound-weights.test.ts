import { modelAt } from "@lorank/checkpoint/files";
import { float32, ops, program, type Runtime, type Tensors } from "@lorank/graph";
import { onnxRuntime } from "@lorank/graph/devices";
import { describe, expect, test } from "vitest";
import { loadBase } from "../../src/base/base.ts";
import { untrainedAdapter } from "../../src/base/initial-weights.ts";
import { headOf } from "../../src/base/trial-model.ts";
import { padBatch } from "../../src/batches/batches.ts";
import { dropoutMasks } from "../../src/transformer/dropout-masks.ts";
import { BoundWeights } from "../../src/transformer/programs.ts";
import { Transformer } from "../../src/transformer/transformer.ts";
import { fedRuntime } from "../helpers/fed-runtime.ts";
import { tinyDataset, tinyTrial } from "../helpers/tiny.ts";

/** The CPU, as if inputs had far to travel; `compiled` takes the constants of each program. */
async function binding(compiled: Tensors[] = []): Promise<Runtime> {
  const cpu = await onnxRuntime();
  return {
    ...cpu,
    bindsConstants: true,
    compile: (made, options) => {
      compiled.push(options?.constants ?? {});
      return cpu.compile(made, options);
    },
  };
}

describe("a model on a runtime that binds constants", () => {
  test.each([undefined, { format: "nf4", blockSize: 64, doubleQuant: true }] as const)(
    "gives the bytes of one that is fed its weights, with a base in %j",
    async (quantization) => {
      const { spec, folder } = tinyTrial({ dropout: 0.2, targetModules: ["q_proj", "v_proj", "down_proj"] });
      const base = { ...spec.base, ...(quantization ? { quantization } : {}) };
      const loaded = loadBase(base, modelAt(folder), headOf(spec.task));
      const { family, head, weights } = loaded;
      const examples = tinyDataset().train.slice(0, 6);
      const step = async (runtime: Runtime) => {
        const { shape, parameters: trained } = untrainedAdapter(spec.lora, loaded, 0);
        const model = new Transformer({
          family,
          head,
          runtime,
          adapter: shape,
          parameters: new Map([...weights, ...trained]),
        });
        const gradients = new Map<string, Float32Array>();
        const dropoutMask = dropoutMasks(0.2, 0, 0, 0);
        // Twice, with the adapter changed in place in between, as an optimiser does.
        await model.trainStep(padBatch(examples), 1 / 6, gradients, dropoutMask);
        for (const [name, gradient] of gradients)
          (trained.get(name)!.data as Float32Array).forEach((_, i, data) => {
            data[i]! -= 0.1 * gradient[i]!;
          });
        await model.trainStep(padBatch(examples), 1 / 6, gradients, dropoutMask);
        const { logits, losses } = await model.evaluate(padBatch(examples));
        await model.dispose();
        return { gradients, logits, losses };
      };
      const compiled: Tensors[] = [];
      expect(await step(await binding(compiled))).toEqual(await step(await fedRuntime()));

      const names = new Set(compiled.flatMap((constants) => Object.keys(constants)));
      const weight = quantization ? "self_attn.k_proj.weight.codes" : "self_attn.k_proj.weight";
      expect([...names]).toContain(weight);
      expect([...names].filter((name) => name.includes("lora_") || name.startsWith("score"))).toEqual([]);
      // Forward, backward and evaluation of each of two layers.
      expect(compiled.filter((constants) => weight in constants)).toHaveLength(6);
    },
  );
});

describe("BoundWeights", () => {
  const weights: Tensors = { "h.a": float32([4]), "h.b": float32([2]) };
  const made = program({ y: ops.input("a", [4]), z: ops.input("b", [2]), x: ops.input("x", [3]) });

  test("takes the frozen parameters among a program's inputs", () => {
    const bound = new BoundWeights((name) => weights[name]).of(made, "h.");
    expect(bound).toEqual({ a: weights["h.a"], b: weights["h.b"] });
  });

  test("takes none for the programs that come after the limit, so that they are fed", () => {
    const bound = new BoundWeights((name) => weights[name], 47); // a program binds 24 bytes
    expect(Object.keys(bound.of(made, "h."))).toEqual(["a", "b"]);
    expect(bound.of(made, "h.")).toEqual({});
  });

  test("counts codes as what they are decoded to, and none of what it has forgotten", () => {
    const codes = {
      "h.a": { dtype: "uint8", shape: [3], data: new Uint8Array(3) } as const,
      "h.b": float32([1]),
    };
    const program4bit = program({
      a: ops.cast(ops.input("a", [3], "uint8"), "float32"),
      b: ops.input("b", [1]),
    });
    const frozen = (name: string) => codes[name as keyof typeof codes];
    expect(new BoundWeights(frozen, 27, true).of(program4bit, "h.")).toEqual({}); // 3 · 2 · 4 + 4
    const bound = new BoundWeights(frozen, 28, true);
    for (let i = 0; i < 2; i++) {
      expect(Object.keys(bound.of(program4bit, "h."))).toEqual(["a", "b"]);
      expect(bound.of(program4bit, "h.")).toEqual({});
      bound.clear();
    }
  });
});
