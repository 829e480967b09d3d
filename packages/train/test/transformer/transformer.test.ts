import { targetLayers } from "@lorank/core/models";
import { float32, floats, type Program, type Recompute, type Runtime, type Tensor } from "@lorank/graph";
import { onnxRuntime } from "@lorank/graph/devices";
import { beforeAll, describe, expect, test } from "vitest";
import { loraAName, loraBName, noAdapter } from "../../src/adapter/shape.ts";
import { initialAdapter, initialHead, randomBase } from "../../src/base/initial-weights.ts";
import { padBatch } from "../../src/batches/batches.ts";
import { familyOf } from "../../src/families/families.ts";
import { randomStream } from "../../src/random/random.ts";
import { dropoutMasks } from "../../src/transformer/dropout-masks.ts";
import { Transformer } from "../../src/transformer/transformer.ts";
import { fedRuntime } from "../helpers/fed-runtime.ts";
import { tinyConfig, tinyDataset } from "../helpers/tiny.ts";

const family = familyOf(tinyConfig);
const examples = tinyDataset().train.slice(0, 8);
const head = family.head({ kind: "classification", labels: 2 });
const everyLinear = targetLayers(head.shape, "all-linear");
const ofRank = (rank: number) => everyLinear.map((layer) => ({ ...layer, rank }));
let runtime: Runtime;
beforeAll(async () => {
  runtime = await onnxRuntime();
});

interface Setup {
  readonly rank?: number;
  readonly scaling?: number;
  readonly dropout?: number;
  readonly recompute?: Recompute;
  readonly runtime?: Runtime;
  readonly parameters?: ReadonlyMap<string, Tensor>;
}

/** A base with adapters whose B is not zero, so that every gradient is alive. */
function parameters(rank = 3): Map<string, Tensor> {
  const adapter = initialAdapter(ofRank(rank), 1);
  for (const [name, tensor] of adapter) {
    if (name.endsWith("lora_B.weight")) randomStream(2, name).fillNormal(floats(tensor), 0.2);
  }
  return new Map([...randomBase(family, head, 4), ...adapter, ...initialHead(family, head, 1)]);
}

function model({
  rank = 3,
  scaling = 0.5,
  dropout = 0,
  recompute = "cheap",
  ...rest
}: Setup = {}): Transformer {
  return new Transformer({
    family,
    runtime: rest.runtime ?? runtime,
    head,
    adapter: {
      ...noAdapter,
      dropout,
      modules: new Map(rank > 0 ? everyLinear.map(({ path }) => [path, { rank, scaling }]) : []),
    },
    parameters: rest.parameters ?? parameters(),
    recompute,
  });
}

async function gradientsOf(
  transformer: Transformer,
  batches: (typeof examples)[],
  keep?: ReturnType<typeof dropoutMasks>,
) {
  const gradients = new Map<string, Float32Array>();
  for (const batch of batches) await transformer.trainStep(padBatch(batch), 1 / 8, gradients, keep);
  return gradients;
}

function expectClose(actual: Float32Array, wanted: Float32Array, tolerance: number, name: string): void {
  const scale = wanted.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-3);
  wanted.forEach((x, i) => {
    expect(Math.abs(actual[i]! - x) / scale, `${name}[${i}]`).toBeLessThan(tolerance);
  });
}

describe("padding", () => {
  test("changes no logit: an example alone and beside longer ones", async () => {
    const together = await model().evaluate(padBatch(examples));
    for (const [row, example] of examples.entries()) {
      const alone = await model().evaluate(padBatch([example], { padTo: 1 }));
      expectClose(together.logits!.subarray(2 * row, 2 * row + 2), alone.logits!, 1e-5, `example ${row}`);
    }
  });

  test("changes no logit whatever token stands there", async () => {
    const [zeros, others] = [padBatch(examples), padBatch(examples, { padId: 33 })];
    expect((await model().evaluate(others)).logits).toEqual((await model().evaluate(zeros)).logits);
  });
});

describe("gradients", () => {
  test("of 8 examples are the sum of those of 4 micro-batches of 2 with unequal lengths", async () => {
    const whole = await gradientsOf(model(), [examples]);
    const parts = await gradientsOf(
      model(),
      [0, 2, 4, 6].map((i) => examples.slice(i, i + 2)),
    );
    expect([...parts.keys()].sort()).toEqual([...whole.keys()].sort());
    for (const [name, gradient] of whole) expectClose(parts.get(name)!, gradient, 1e-5, name);
  });

  test("are the same bytes whether activations are saved or computed again", async () => {
    const saved = await gradientsOf(model({ recompute: "nothing" }), [examples]);
    for (const recompute of ["cheap", "everything"] as const) {
      const again = await gradientsOf(model({ recompute }), [examples]);
      for (const [name, gradient] of saved) expect(again.get(name), name).toEqual(gradient);
    }
  });

  test("are the same bytes on one thread and on two", async () => {
    const one = await gradientsOf(model(), [examples]);
    const two = await gradientsOf(model({ runtime: await onnxRuntime({ threads: 2 }) }), [examples]);
    for (const [name, gradient] of one) expect(two.get(name), name).toEqual(gradient);
  });

  test("reach every adapter tensor and the head, and nothing of the base", async () => {
    const gradients = await gradientsOf(model(), [examples]);
    const trained = [...parameters().keys()].filter(
      (name) => name.includes("lora_") || name === "score.weight",
    );
    expect([...gradients.keys()].sort()).toEqual(trained.sort());
    for (const [name, gradient] of gradients)
      expect(
        gradient.some((x) => x !== 0),
        name,
      ).toBe(true);
  });
});

describe("the adapter", () => {
  test("with B = 0 leaves the base's logits as they are, bit for bit", async () => {
    const untrained = new Map([...parameters(), ...initialAdapter(ofRank(3), 1)]);
    const base = await model({ rank: 0 }).evaluate(padBatch(examples));
    expect((await model({ parameters: untrained }).evaluate(padBatch(examples))).logits).toEqual(base.logits);
  });

  test("of low rank is added to weights before products with many rows, and no such weight is saved", async () => {
    const apart = await gradientsOf(
      model({ rank: 2, runtime: await fedRuntime(), parameters: parameters(2) }),
      [examples],
    );
    const programs: Program[] = [];
    const watched: Runtime = {
      ...runtime,
      compile: (made) => {
        programs.push(made);
        return runtime.compile(made);
      },
    };
    const added = await gradientsOf(model({ rank: 2, runtime: watched, parameters: parameters(2) }), [
      examples,
    ]);
    for (const [name, gradient] of apart) expectClose(added.get(name)!, gradient, 1e-5, name);

    const rows = padBatch(examples).inputIds.length;
    const updates = programs
      .flatMap(({ steps }) => steps)
      .filter((value) => value.op === "matMul" && value.inputs.some(({ shape }) => shape.at(-1) === 2))
      .map(({ shape }) => shape.join(" × "));
    expect(updates).toContain("24 × 16"); // of gate_proj
    expect(updates).not.toContain(`${rows} × 24`);
    const saved = programs.flatMap(({ outputs }) =>
      Object.keys(outputs)
        .filter((name) => name.startsWith("saved"))
        .map((name) => outputs[name]!.shape),
    );
    expect(saved.length).toBeGreaterThan(0);
    expect(saved.filter(([first]) => first === 16 || first === 24)).toEqual([]);
  });

  test("stays apart from weights before products with few rows", async () => {
    const short = [{ ...examples[0]!, inputIds: examples[0]!.inputIds.slice(0, 8) }];
    const apart = await gradientsOf(model({ runtime: await fedRuntime() }), [short]);
    const added = await gradientsOf(model(), [short]);
    for (const [name, gradient] of apart) expect(added.get(name), name).toEqual(gradient);
  });

  test("merged into the weights gives the same logits", async () => {
    const adapted = parameters();
    const merged = new Map(adapted);
    for (let layer = 0; layer < family.layers; layer++) {
      for (const { path, inDim, outDim } of family.linears) {
        const name = `${family.blockPath(layer)}.${path}`;
        const [a, b] = [floats(adapted.get(loraAName(name))!), floats(adapted.get(loraBName(name))!)];
        const weight = Float32Array.from(floats(adapted.get(`${name}.weight`)!));
        for (let o = 0; o < outDim; o++) {
          for (let i = 0; i < inDim; i++) {
            for (let r = 0; r < 3; r++) weight[o * inDim + i]! += 0.5 * b[o * 3 + r]! * a[r * inDim + i]!;
          }
        }
        merged.set(`${name}.weight`, float32([outDim, inDim], weight));
      }
    }
    const wanted = await model({ rank: 0, parameters: merged }).evaluate(padBatch(examples));
    const actual = await model({ parameters: adapted }).evaluate(padBatch(examples));
    expectClose(actual.logits!, wanted.logits!, 1e-5, "logits");
  });

  test("starts rank 2 with the first two rows of rank 8's A", () => {
    const [small, large] = [initialAdapter(ofRank(2), 9), initialAdapter(ofRank(8), 9)];
    for (const [name, tensor] of small) {
      if (name.endsWith("lora_A.weight"))
        expect(floats(large.get(name)!).subarray(0, floats(tensor).length)).toEqual(floats(tensor));
    }
  });
});

describe("dropout", () => {
  test("that keeps everything is the model without dropout, apart from the factor it is corrected by", async () => {
    const keepAll = (_layer: number, _path: string, size: number) => new Uint8Array(size).fill(1);
    const without = await gradientsOf(model({ scaling: 1 }), [examples]);
    // scaling / (1 − p) = 0.5 / 0.5
    const withAll = await gradientsOf(model({ scaling: 0.5, dropout: 0.5 }), [examples], keepAll);
    for (const [name, gradient] of without) expectClose(withAll.get(name)!, gradient, 1e-5, name);
  });

  test("that keeps nothing stops the gradient of B", async () => {
    const keepNone = (_layer: number, _path: string, size: number) => new Uint8Array(size);
    for (const [name, gradient] of await gradientsOf(model({ dropout: 0.5 }), [examples], keepNone)) {
      if (name.endsWith("lora_B.weight"))
        expect(
          gradient.every((x) => x === 0),
          name,
        ).toBe(true);
    }
  });

  test("drops the share it is asked to, with another mask at each step, layer and path", () => {
    const mask = dropoutMasks(0.3, 1, 0, 0)(0, "self_attn.q_proj", 100_001);
    const kept = mask.reduce((sum, x) => sum + x, 0) / mask.length;
    expect(Math.abs(kept - 0.7)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / 100_001)); // four standard errors
    const others = [
      dropoutMasks(0.3, 1, 1, 0)(0, "self_attn.q_proj", 100_001),
      dropoutMasks(0.3, 1, 0, 1)(0, "self_attn.q_proj", 100_001),
      dropoutMasks(0.3, 2, 0, 0)(0, "self_attn.q_proj", 100_001),
      dropoutMasks(0.3, 1, 0, 0)(1, "self_attn.q_proj", 100_001),
      dropoutMasks(0.3, 1, 0, 0)(0, "self_attn.k_proj", 100_001),
    ];
    for (const other of others) expect(other).not.toEqual(mask);
  });
});
