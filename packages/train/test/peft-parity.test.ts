import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { modelSha256, openSafetensors, readPeftAdapter } from "@lorank/checkpoint";
import { scalingOf } from "@lorank/core";
import { floats, onnxRuntime, type Runtime, referenceRuntime, type Tensor } from "@lorank/graph";
import { describe, expect, test } from "vitest";
import { createAdamW } from "../src/adamw.ts";
import { fromPeftAdapter } from "../src/adapter/peft.ts";
import { loadBase } from "../src/base.ts";
import { IGNORED, type MicroBatch } from "../src/model/batch.ts";
import { Transformer } from "../src/model/transformer.ts";
import { optimizerStep } from "../src/optimizer-step.ts";

// Written by transformers 5.24 and PEFT 0.21.2: scripts/reference/llama_fixture.py.
const fixtures = fileURLToPath(new URL("./fixtures/llama-tiny/", import.meta.url));

interface Expected {
  readonly loss: number;
  readonly optimizer: Record<string, number>;
}

async function load(name: string, runtime: Runtime, recompute: boolean) {
  const folder = join(fixtures, name);
  const adapter = readPeftAdapter(join(folder, "adapter"));
  const { family, weights } = loadBase({ kind: "pretrained", name, sha256: modelSha256(folder) }, folder);
  const trained = fromPeftAdapter(adapter);
  const expected = openSafetensors(join(folder, "expected.safetensors"));
  const classification = adapter.taskType === "SEQ_CLS";
  const model = new Transformer({
    family,
    runtime,
    head: classification ? { kind: "classification", labels: 2 } : { kind: "causal-lm" },
    adapter: {
      rank: adapter.rank,
      scaling: scalingOf(adapter.scalingRule, adapter.alpha, adapter.rank),
      dropout: 0,
      targets: new Set(family.linears.map(({ path }) => path)),
    },
    parameters: new Map([...weights, ...trained]),
    recompute,
  });
  return {
    model,
    trained,
    expected,
    classification,
    batch: batchOf(expected, classification),
    json: jsonOf(folder),
  };
}

function jsonOf(folder: string): Expected {
  return JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Expected;
}

type Source = ReturnType<typeof openSafetensors>;

function integers(source: Source, name: string): number[] {
  const bytes = source.readBytes(name);
  return Array.from(new BigInt64Array(bytes.slice().buffer), Number);
}

function batchOf(source: Source, classification: boolean): MicroBatch {
  const inputIds = Int32Array.from(integers(source, "input_ids"));
  const mask = integers(source, "attention_mask");
  const seq = 10;
  const lengths = [0, 1, 2].map((row) => mask.slice(row * seq, (row + 1) * seq).reduce((a, b) => a + b, 0));
  const labels = integers(source, "labels");
  // The fixture's labels are not shifted: position t predicts labels[t + 1].
  const shifted = labels.map((_, i) => (i % seq === seq - 1 ? IGNORED : labels[i + 1]!));
  return { inputIds, lengths, seq, targets: Int32Array.from(classification ? labels : shifted) };
}

/** PEFT's key of a parameter that our graphs call `model.layers.0….lora_A.weight`. */
const peftKey = (name: string): string => `base_model.model.${name}`;

function largestDifference(actual: Float32Array, expected: Float32Array): number {
  expect(actual.length).toBe(expected.length);
  return actual.reduce((worst, element, i) => Math.max(worst, Math.abs(element - expected[i]!)), 0);
}

function largest(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

const runtimes: Readonly<Record<string, () => Promise<Runtime>>> = {
  "onnx, 1 thread": () => onnxRuntime({ threads: 1 }),
  "onnx, 2 threads": () => onnxRuntime({ threads: 2 }),
  reference: async () => referenceRuntime(),
};

describe.each(["classifier", "causal-tied", "causal-untied-rslora"])("%s", (name) => {
  describe.each(Object.keys(runtimes))("on %s", (runtime) => {
    test("gives the logits of transformers + PEFT at every real token", async () => {
      const { model, batch, expected, classification } = await load(name, await runtimes[runtime]!(), false);
      const { logits } = await model.evaluate(batch);
      const wanted = expected.readFloat32("logits");
      if (classification) expect(largestDifference(logits!, wanted)).toBeLessThan(1e-4);
      else {
        const classes = wanted.length / batch.inputIds.length;
        batch.lengths.forEach((length, row) => {
          const rows = [row * batch.seq * classes, (row * batch.seq + length) * classes] as const;
          expect(largestDifference(logits!.subarray(...rows), wanted.subarray(...rows))).toBeLessThan(1e-4);
        });
      }
    });

    test.each([false, true])("gives their loss and gradients, recompute %s", async (recompute) => {
      const { model, batch, expected, trained, json } = await load(
        name,
        await runtimes[runtime]!(),
        recompute,
      );
      const targets = batch.targets.filter((target) => target !== IGNORED).length;
      const gradients = new Map<string, Float32Array>();
      const { losses } = await model.trainStep(batch, 1 / targets, gradients);
      expect(losses.reduce((sum, loss) => sum + loss, 0) / targets).toBeCloseTo(json.loss, 5);
      for (const parameter of trained.keys()) {
        const wanted = expected.readFloat32(`gradient.${peftKey(parameter)}`);
        const difference = largestDifference(gradients.get(parameter)!, wanted);
        expect(difference / largest(wanted), parameter).toBeLessThan(1e-4);
      }
    });
  });

  test("gives their tensors after three AdamW steps", async () => {
    const { model, batch, expected, trained } = await load(name, await onnxRuntime(), false);
    const parameters = new Map([...trained].map(([key, tensor]: [string, Tensor]) => [key, floats(tensor)]));
    const optimizer = createAdamW(parameters, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 });
    const gradients = new Map<string, Float32Array>();
    for (let step = 0; step < 3; step++) {
      await optimizerStep(model, optimizer, gradients, {
        microBatches: [batch],
        learningRate: 1e-3,
        maxGradientNorm: 0,
      });
    }
    for (const [key, parameter] of parameters) {
      expect(largestDifference(parameter, expected.readFloat32(`after.${peftKey(key)}`)), key).toBeLessThan(
        1e-4,
      );
    }
  });
});
