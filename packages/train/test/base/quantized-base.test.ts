import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { modelAt, writeSafetensors } from "@lorank/checkpoint/files";
import type { BaseQuantization } from "@lorank/evidence/results";
import { float32, type Runtime, referenceRuntime } from "@lorank/graph";
import { onnxRuntime } from "@lorank/graph/devices";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { noAdapter, resolveTargets } from "../../src/adapter/shape.ts";
import { type Base, loadBase, readBase } from "../../src/base/base.ts";
import { initialAdapter, initialHead, initialMagnitudes } from "../../src/base/initial-weights.ts";
import { runTrial } from "../../src/node/trials.ts";
import { quantizeModel } from "../../src/quantize/quantize-model.ts";
import { Transformer } from "../../src/transformer/transformer.ts";
import { type BaseWeight, isQuantized, weightValues } from "../../src/transformer/weights.ts";
import { tinyTrial } from "../helpers/tiny.ts";

/** What transformers has saved in 4 bits, by scripts/reference/nf4_checkpoint_fixture.py. */
const checkpoint = (name: string): string =>
  fileURLToPath(new URL(`../../../quant/test/fixtures/checkpoints/${name}`, import.meta.url));

const task = { kind: "classification", labels: 3 } as const;
const models = ["llama", "bert", "gpt2"] as const;
const forms = ["nf4", "nf4-double", "fp4", "fp4-double"] as const;
const cases = models.flatMap((model) => forms.map((form) => [model, form] as const));

let onnx: Runtime;
beforeAll(async () => {
  onnx = await onnxRuntime();
});

/** The same base with its 4-bit weights written out, in the orientation in which the family keeps them. */
function decoded({ family, weights }: Base): Map<string, BaseWeight> {
  const transposed = new Set(
    Array.from({ length: family.layers }, (_, layer) =>
      family.linears
        .filter((linear) => linear.transposed)
        .map(({ path }) => `${family.blockPath(layer)}.${path}.weight`),
    ).flat(),
  );
  return new Map(
    [...weights].map(([name, weight]) => {
      if (!isQuantized(weight)) return [name, weight];
      const values = weightValues(weight);
      const [rows, columns] = weight.shape as [number, number];
      if (!transposed.has(name)) return [name, float32([rows, columns], values)];
      const turned = values.map((_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!);
      return [name, float32([columns, rows], turned)];
    }),
  );
}

/** Logits and all gradients of a rank-2 adapter, B not zero, on a batch with pads. */
async function step(base: Base, weights: ReadonlyMap<string, BaseWeight>, runtime: Runtime, dora = false) {
  const { family, head } = base;
  const targets = resolveTargets(head, { targetModules: "all-linear", rank: 2 });
  const trained = new Map([
    ...initialAdapter(targets, 0),
    ...(dora ? initialMagnitudes(targets, weights) : []),
    ...initialHead(family, head, 0),
  ]);
  for (const [name, { data }] of trained)
    if (name.includes("lora_B"))
      data.forEach((_, i) => {
        (data as Float32Array)[i] = Math.sin(i) / 10;
      });
  const model = new Transformer({
    family,
    head,
    runtime,
    adapter: {
      ...noAdapter,
      hasMagnitudes: dora,
      modules: new Map(targets.map(({ path }) => [path, { rank: 2, scaling: 2 }])),
    },
    parameters: new Map([...weights, ...trained]),
  });
  const batch = {
    inputIds: Int32Array.from({ length: 16 }, (_, i) => (i * 5 + 3) % family.vocabSize),
    lengths: [8, 5],
    seq: 8,
    targets: Int32Array.of(2, 0),
  };
  const gradients = new Map<string, Float32Array>();
  const { logits } = await model.evaluate(batch);
  await model.trainStep(batch, 0.5, gradients);
  await model.dispose();
  return {
    logits: [...logits!],
    gradients: new Map([...gradients].map(([name, data]) => [name, [...data]])),
  };
}

describe("a checkpoint that bitsandbytes has quantised", () => {
  test.each(cases)(
    "%s in %s: logits and gradients are those of the decoded weights, bit for bit",
    async (model, form) => {
      const base = readBase(modelAt(checkpoint(`${model}/${form}`)), task);
      expect([...base.weights.values()].some(isQuantized)).toBe(true);
      const kept = await step(base, base.weights, onnx);
      const whole = await step(base, decoded(base), onnx);
      // A transposed weight is another matrix to the product's kernel, which then adds in another order.
      if (model === "gpt2") expect(distance(kept, whole)).toBeLessThan(1e-5);
      else expect(kept).toEqual(whole);
    },
  );

  test("the reference runtime agrees", async () => {
    const base = readBase(modelAt(checkpoint("llama/nf4-double")), task);
    expect(
      distance(await step(base, base.weights, referenceRuntime()), await step(base, base.weights, onnx)),
    ).toBeLessThan(1e-4);
  });

  test("DoRA starts from the norms of the decoded weights", async () => {
    const base = readBase(modelAt(checkpoint("gpt2/nf4")), task);
    expect(
      distance(await step(base, base.weights, onnx, true), await step(base, decoded(base), onnx, true)),
    ).toBeLessThan(1e-5);
  });

  test.each(models)("%s: quantising the float model on loading gives the same codes", (model) => {
    for (const format of ["nf4", "fp4"] as const) {
      const saved = readBase(modelAt(checkpoint(`${model}/${format}`)), task);
      const made = readBase(modelAt(checkpoint(`${model}/float`)), task, { format, blockSize: 64 });
      for (const [name, weight] of saved.weights) {
        const other = made.weights.get(name)!;
        // The pooler is a linear layer to bitsandbytes, but not one of a block.
        if (isQuantized(weight) && !name.includes("pooler")) {
          expect(isQuantized(other) && other.quantized, name).toEqual(weight.quantized);
        } else expect(isQuantized(other), name).toBe(false);
      }
    }
  });

  test("its codes stay in the file: one array for a layer of all blocks, read whenever they are asked for", async () => {
    const model = fileURLToPath(
      new URL("../../../checkpoint/test/fixtures/merge/llama-patterns/base", import.meta.url),
    );
    const quantization = { format: "nf4", blockSize: 64, doubleQuant: true } as const;
    const out = join(temporaryFolder(), "out");
    quantizeModel({ model, out, ...quantization });
    const kept = readBase(modelAt(out), task);
    const made = readBase(modelAt(model), task, quantization);
    expect([kept.inFile, made.inFile]).toEqual([quantization, undefined]);
    const codesOf = ({ weights }: Base, block: number): Uint8Array => {
      const weight = weights.get(`model.layers.${block}.self_attn.q_proj.weight`)!;
      if (!isQuantized(weight)) throw new Error("must be in 4 bits");
      return weight.quantized.codes;
    };
    for (const block of [0, 1, 0]) expect(codesOf(kept, block)).toEqual(codesOf(made, block));
    expect(codesOf(made, 0)).not.toEqual(codesOf(made, 1));
    expect(codesOf(kept, 0)).toBe(codesOf(kept, 1));
    expect(await step(kept, kept.weights, onnx)).toEqual(await step(made, made.weights, onnx));
  });

  test("may be asked for in its own format, and in no other", () => {
    const path = checkpoint("llama/nf4-double");
    const own: BaseQuantization = { format: "nf4", blockSize: 64, doubleQuant: true };
    expect(readBase(modelAt(path), task, own).weights).toEqual(readBase(modelAt(path), task).weights);
    expect(() => readBase(modelAt(path), task, { format: "nf4", blockSize: 64 })).toThrow(
      "quantize must be left out or agree with the model, whose model.layers.0.self_attn.q_proj.weight is in nf4, " +
        "blocks of 64, double quantisation already, got nf4, blocks of 64",
    );
  });

  test("codes for another shape are an error that names it", () => {
    const folder = temporaryFolder();
    const source = checkpoint("llama/nf4");
    const config = JSON.parse(readFileSync(join(source, "config.json"), "utf8"));
    config.intermediate_size *= 2;
    writeFileSync(join(folder, "config.json"), JSON.stringify(config));
    copyFileSync(join(source, "model.safetensors"), join(folder, "model.safetensors"));
    expect(() => readBase(modelAt(folder), task)).toThrow(
      /model\.layers\.0\.mlp\.gate_proj\.weight must be \[\d+, 1\], got \[\d+, 1\]/,
    );
  });
});

describe("a trial on a 4-bit base", () => {
  const quantization: BaseQuantization = { format: "nf4", blockSize: 64, doubleQuant: true };

  test("trains, and says in its result what was done to the base", async () => {
    const { spec, resources } = tinyTrial();
    const { result } = await runTrial({ ...spec, base: { ...spec.base, quantization } }, resources);
    expect(result.spec.base.quantization).toEqual(quantization);
    expect(result.status).toBe("completed");
    const whole = await runTrial(spec, resources);
    // 4 bits are another base, not a far one.
    const losses = [result, whole.result].map(({ lossCurve }) => lossCurve[0]!.loss);
    expect(losses[0]).not.toBe(losses[1]);
    expect(Math.abs(losses[0]! - losses[1]!)).toBeLessThan(0.2);
  });

  test("a random base is quantised as a checkpoint of it would be", () => {
    const { spec, folder } = tinyTrial();
    const whole = loadBase(spec.base, modelAt(folder), task);
    const names = [...whole.weights].map(([name, weight]) => [
      name,
      { shape: weight.shape, data: weightValues(weight) },
    ]) as [string, { shape: readonly number[]; data: Float32Array }][];
    writeSafetensors(join(folder, "model.safetensors"), new Map(names));
    const drawn = loadBase({ ...spec.base, quantization }, modelAt(folder), task);
    expect(drawn.weights).toEqual(readBase(modelAt(folder), task, quantization).weights);
  });
});

type Step = Awaited<ReturnType<typeof step>>;

/** Largest difference, relative to the largest number of each tensor. */
function distance(a: Step, b: Step): number {
  const tensors = [
    [a.logits, b.logits],
    ...[...a.gradients].map(([name, data]) => [data, b.gradients.get(name)!]),
  ] as [number[], number[]][];
  return tensors.reduce((worst, [one, other]) => {
    const most = other.reduce((max, x) => Math.max(max, Math.abs(x)), 0);
    const far = one.reduce((max, x, i) => Math.max(max, Math.abs(x - other[i]!)), 0);
    return Math.max(worst, far / most);
  }, 0);
}
